#pragma once
// The hot end of a graph: where the next node goes.
//
// Recording costs one test and one store. The test is a trick: a handle's upper half is the tag of the graph that made it, so
// `ref ^ tag` has an empty upper half exactly when the handle belongs to the graph that is recording, and its lower half is then
// the byte offset of the node. Whatever fails the test (a constant, a handle from before a mark, a stale or foreign handle, a full
// buffer) takes the slow path in record.cpp, which sorts it out or throws.

#include <autodiff/graph/statement.hpp>

namespace seegrad {

struct operation;

namespace detail {
struct recorder {
  std::uint64_t next = 0;        ///< byte offset of the next node
  std::uint64_t limit = 0;       ///< below it two nodes still fit
  std::uint64_t tag = no_tag;    ///< of the nodes recorded now
  std::uint64_t below = no_tag;  ///< of the nodes before the innermost mark
  std::byte* records = nullptr;
  std::uint64_t statement_limit = 0;  ///< below it the longest statement still fits, with its rule
  rule_number* rules = nullptr;       ///< by node
  recorder* outer = nullptr;          ///< the one that was innermost when this one began
  bool silent = false;                ///< what passes through it becomes constant
  bool only_shapes = false;           ///< arrays are not computed (see shapes_only in graph.hpp)

  static constexpr std::uint64_t no_tag = ~std::uint64_t{0} << 32;  // no handle has this one
};

/// At the end of every thread's chain. Like a no_record it has no room, so that every operation takes the slow path; it is never
/// written to.
inline constinit recorder idle;
/// The innermost graph or no_record of this thread. Position-independent code would ask a function where it is, which costs registers; with
/// glibc it need not, as a library that is opened later finds room for a pointer, too.
#ifdef __GLIBC__
[[gnu::tls_model("initial-exec")]]
#endif
inline constinit thread_local recorder* current = &idle;

/// An operand on its way into the record: `ref` is 0 for a constant.
struct operand {
  double value;
  node_ref ref;
};

/// Validates, makes nodes for constants, grows the record; returns 0 if the result is a constant. `code` is the code for all
/// operands active. Throws seegrad::error, naming `op`, for a handle that is not of the recording graph.
auto record_slowly(const operation& op, unsigned code, double value, operand a) -> node_ref;
auto record_slowly(const operation& op, unsigned code, double value, operand a, operand b) -> node_ref;
/// Any number of operands, kept in the side table; `code` may be code::extended.
auto record_wide(const operation& op, unsigned code, double value, const operand* operands) -> node_ref;

inline constexpr std::uint64_t low_half = 0xffff'ffff;  // the part of a handle that is not its tag

[[gnu::always_inline]] inline auto put(std::byte* at, double value, std::uint64_t word) -> void {
  auto* n = reinterpret_cast<node*>(at);
  n->value = value;
  n->word = word;
}
[[gnu::always_inline]] inline auto put(recorder& r, std::uint64_t offset, double value, std::uint64_t word) -> void {
  put(r.records + offset, value, word);
}

// A record that does not fit the caches is waited for otherwise.
[[gnu::always_inline]] inline auto fetch_ahead(const recorder& r) -> void { __builtin_prefetch(r.records + r.next + 2048, 1); }

// A byte offset is 16 times the node's number, so shifting it by 4 (and by 32) puts the number where the word wants it.
[[gnu::always_inline]] inline auto pack(unsigned code, std::uint64_t a, std::uint64_t b = 0) -> std::uint64_t {
  return code + (a << 4) + (b << 32);
}

[[gnu::always_inline]] inline auto record(const operation& op, unsigned code, double value, operand a) -> node_ref {
  auto& r = *current;
  const auto ia = a.ref ^ r.tag, next = r.next;
  if ((ia >> 32) == 0 && next < r.limit) [[likely]] {
    detail::fetch_ahead(r);
    detail::put(r, next, value, detail::pack(code, ia));
    r.next = next + sizeof(node);
    return r.tag + next;
  }
  return record_slowly(op, code, value, a);
}

[[gnu::always_inline]] inline auto record(const operation& op, unsigned code, double value, operand a, operand b) -> node_ref {
  auto& r = *current;
  const auto ia = a.ref ^ r.tag, ib = b.ref ^ r.tag, next = r.next;
  if (((ia | ib) >> 32) == 0 && next < r.limit) [[likely]] {
    detail::fetch_ahead(r);
    detail::put(r, next, value, detail::pack(code, ia, ib));
    r.next = next + sizeof(node);
    return r.tag + next;
  }
  return record_slowly(op, code, value, a, b);
}

/// The right operand is known to be constant where the call is compiled.
[[gnu::always_inline]] inline auto record(const operation& op, unsigned code, double value, operand a, double b) -> node_ref {
  auto& r = *current;
  const auto ia = a.ref ^ r.tag, next = r.next;
  if ((ia >> 32) == 0 && next < r.limit) [[likely]] {
    detail::fetch_ahead(r);
    detail::put(r, next, b, code::constant);
    detail::put(r, next + sizeof(node), value, detail::pack(code + activity::first_only, ia, next));
    r.next = next + 2 * sizeof(node);
    return r.tag + next + sizeof(node);
  }
  return record_slowly(op, code, value, a, operand{b, 0});
}

[[gnu::always_inline]] inline auto record(const operation& op, unsigned code, double value, double a, operand b) -> node_ref {
  auto& r = *current;
  const auto ib = b.ref ^ r.tag, next = r.next;
  if ((ib >> 32) == 0 && next < r.limit) [[likely]] {
    detail::fetch_ahead(r);
    detail::put(r, next, a, code::constant);
    detail::put(r, next + sizeof(node), value, detail::pack(code + activity::second_only, next, ib));
    r.next = next + 2 * sizeof(node);
    return r.tag + next + sizeof(node);
  }
  return record_slowly(op, code, value, operand{a, 0}, b);
}
}  // namespace detail

}  // namespace seegrad
