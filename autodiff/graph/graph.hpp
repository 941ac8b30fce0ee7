#pragma once
// The graph: an append-only record of operations.
//
//   graph g;                                  // from here on, this thread records in g
//   scalar a = input(7.0, "a"), b = input(4.0, "b");
//   scalar u = a * b;
//   g.size();                                 // 3 nodes, numbered in the order they were made: a, b, u
//
// Append order is a topological order, so every pass over a graph is a loop: operands come before users. A graph belongs to the
// thread and the block that made it; the innermost live one of a thread is the one that records. Nothing of it is shared between
// threads, so several can record and differentiate at the same time without locks.
//
// `mark` and `rewind` take a graph back to an earlier length and reuse the memory. A handle to a node that was rewound, or of a
// graph that is gone, of an outer graph, or of another thread, is recognised by its tag wherever it is used, and throws.

#include <atomic>
#include <autodiff/array/error.hpp>
#include <autodiff/graph/adjoints.hpp>
#include <autodiff/graph/guard.hpp>
#include <autodiff/graph/kept_list.hpp>
#include <autodiff/graph/operands.hpp>
#include <autodiff/graph/operation.hpp>
#include <autodiff/graph/recorder.hpp>
#include <autodiff/graph/tensor_node.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad {

/// A named part of a graph, such as a layer; 0 is the whole. Each opening of a scope makes a new one.
using scope_id = std::uint32_t;

/// A part of a program, such as a layer; or a function, such as a loss, which pictures draw as the one operation that its caller sees.
enum class scope_kind : std::uint8_t { part, function };

namespace detail {
/// An operand of an operation on arrays: a scalar is an array that is_number(); `ref` is 0 for a constant.
struct array_operand {
  const array* value;  ///< of a scalar, a number
  node_ref ref;        ///< of its node
};

/// Records an operation on arrays; `value` is null if the result is the scalar `number`. Returns 0 if the result is a constant. Throws
/// seegrad::error, naming `op`, for a handle that is not of the recording graph, and then changes nothing.
auto record_tensor_node(const operation& op, std::shared_ptr<const void> parameters, array value, double number,
                        std::span<const array_operand> operands) -> node_ref;
}  // namespace detail

/// A graph that records what would be computed, and computes no array: values that depend on an input are stand-ins of the right shape
/// and type, whose numbers mean nothing.
inline constexpr struct shapes_only_t {
} shapes_only;  ///< graph g(shapes_only)

class graph : private detail::recorder {
 public:
  graph();
  explicit graph(with_guards_t);  ///< keeps guards (see guard.hpp)
  explicit graph(shapes_only_t);
  ~graph();  ///< On the thread that made it, as for any object of block scope.
  graph(const graph&) = delete;
  auto operator=(const graph&) -> graph& = delete;

  /// The graph that this thread records in, or would if no_record were not in force. Throws if there is none.
  static auto active() -> graph&;
  /// Whether this thread has a graph.
  static auto is_active() -> bool;
  /// Whether operations are recorded here: there is a graph, and no_record is not in force.
  static auto is_recording() -> bool { return detail::current != &detail::idle && !detail::current->silent; }
  /// Whether it is a graph of shapes_only.
  static auto is_computing() -> bool { return !detail::current->only_shapes; }
  /// The graph that is recording, if `r` is a handle to a node of its present region, and nullptr otherwise.
  static auto recording(node_ref r) -> const graph* {
    return (r ^ detail::current->tag) < detail::current->next ? static_cast<const graph*>(detail::current)
                                                              : nullptr;  // idle and no_record have no nodes
  }

  // Reading the record. Node numbers run from 0 to size() - 1.
  /// How many nodes.
  auto size() const -> std::size_t { return next / sizeof(node); }
  /// All of them, one behind the other, at an address that stays.
  auto nodes() const -> const node* { return reinterpret_cast<const node*>(records); }
  /// Of a scalar; of an array array_value.
  auto value(node_id k) const -> double { return nodes()[k].value; }
  /// Whether it is a number or data that met a recorded value.
  auto is_constant(node_id k) const -> bool { return nodes()[k].code() == detail::code::constant; }
  /// Whether gradients are taken by it.
  auto is_input(node_id k) const -> bool { return nodes()[k].code() == detail::code::input; }
  /// Whether it is one of the two, and has no operands.
  auto is_leaf(node_id k) const -> bool { return nodes()[k].code() < detail::code::first_operation; }
  auto op(node_id k) const -> const operation*;  ///< nullptr for a leaf
  /// Whether gradients pass: not through constants, nor through whole numbers and truth values.
  auto is_differentiable(node_id k) const -> bool {
    return !is_constant(k) &&
           !(is_tensor_node(k) && !tensor_node_at(k).value.is_null() && !tensor_node_at(k).value.is_floating());
  }
  /// Whether the node has a row: an array, or an operation on arrays.
  auto is_tensor_node(node_id k) const -> bool {
    const auto& n = nodes()[k];
    return n.code() == detail::code::tabled || (n.code() < detail::code::first_operation && n.word >> node::code_bits != 0);
  }
  /// Its row; it must have one.
  auto tensor_node_at(node_id k) const -> const tensor_node& { return tensor_nodes_[tensor_node_number(k)]; }
  /// Which row that is.
  auto tensor_node_number(node_id k) const -> std::size_t {
    const auto& n = nodes()[k];
    return n.first() - (n.code() != detail::code::tabled);
  }
  /// Whether its value is an array.
  auto is_tensor(node_id k) const -> bool { return is_tensor_node(k) && !tensor_node_at(k).value.is_null(); }
  /// The value as an array, also of a scalar node.
  auto array_value(node_id k) const -> array;
  /// What it was computed from, in order; none for a leaf.
  auto operands(node_id k) const -> detail::operand_list;

  /// The rule of the statement that ends at each node, 0 where none does; of as many nodes as there can be statements among.
  auto rules() const -> std::span<const detail::rule_number> { return {detail::recorder::rules, std::min(size(), with_rules_)}; }
  /// Room for a statement, so that it can be recorded without asking again.
  auto reserve_statement() -> void;

  // Names and scopes live in side tables and cost nothing to nodes that have none.
  auto name(node_id k) const -> std::string_view;  ///< empty if it has none
  /// Names are for people: two nodes may have the same.
  auto set_name(node_id k, std::string_view name) -> void;
  /// What is recorded from here on belongs to it, until it is closed.
  auto open_scope(std::string_view name, scope_kind kind = scope_kind::part) -> scope_id;
  /// Closes the innermost that is open.
  auto close_scope() -> void;
  /// Closes `s` and what was opened in it; nothing if it is not open, as after a rewind to before it.
  auto close_scope(scope_id s) -> void;
  /// The innermost scope in which the node was recorded.
  auto scope_of(node_id k) const -> scope_id;
  /// How many there are, with the whole; their numbers run from 0.
  auto scope_count() const -> std::size_t { return scopes_.size(); }
  /// As it was given, without those around it.
  auto scope_name(scope_id s) const -> std::string_view { return scopes_[s].name; }
  /// The scope around it.
  auto scope_parent(scope_id s) const -> scope_id { return scopes_[s].parent; }
  /// A part of a program, or a function.
  auto kind_of_scope(scope_id s) const -> scope_kind { return scopes_[s].kind; }

  // The questions that the program asked of recorded values, in order; of a graph made with_guards.
  /// In the order in which they were asked.
  auto guards() const -> std::span<const guard>;
  /// One more.
  auto keep(guard asked) -> void;
  /// Throws guard_failure if `g` of the guards has another answer now; `now` gives the value of a subject.
  template <class Values>
  auto expect_answer(std::size_t number, Values now) const -> void {
    const auto& q = guards_[number];
    const auto of = [&](const guard::subject& s) { return s.is_node ? now(s) : s.number; };
    const auto answer = q.ask(of(q.first), of(q.second));
    if (answer != q.answer && (answer == answer || q.answer == q.answer)) fail_guard(number, answer);
  }

  // Handles.
  /// A handle to node k, which must be there.
  auto ref(node_id k) const -> node_ref {
    const auto at = std::uint64_t{k} * sizeof(node);
    return (at >= regions_.back().start ? tag : tag_at(at)) + at;
  }
  /// The node a handle stands for; throws, in the name of `who`, if it is not of this graph or no longer there.
  auto id(node_ref r, std::string_view who) const -> node_id {
    const auto at = r ^ tag;
    return static_cast<node_id>((at < next ? at : offset(r, who)) / sizeof(node));
  }
  /// Whether the handle is to a node that is here.
  auto has(node_ref r) const -> bool {
    const auto at = r & detail::low_half;
    return r != 0 && at < next && tag_at(at) == (r & ~detail::low_half);
  }
  /// A new input, in the place of input(); returns its handle's number.
  auto append_input(double value) -> node_ref;
  auto append_input(array value) -> node_ref;
  /// Of all of them, one after the other; returns the handle's number of the first.
  auto append_inputs(std::span<const double> values) -> node_ref;

  // Going back.
  /// A place in the record; what stands in it is the graph's.
  struct mark_t {
    std::uint64_t next, owner, below;                                     ///< the record's end, and the tags of its regions
    std::size_t region, operand_ids, tensor_nodes, scopes, runs, guards;  ///< the lengths of its tables
    scope_id scope;                                                       ///< the one that was open
    bool opened;                                                          ///< a region of its own
  };
  /// Where the record ends now; rewind leads back here. A new region begins.
  auto mark() -> mark_t;
  /// Back to `m`; what was recorded since is gone, and handles to it throw. `m` can be used again. Throws if `m` is of another graph
  /// or was itself rewound.
  auto rewind(const mark_t& m) -> void;
  /// Whether rewind would not throw.
  auto can_rewind(const mark_t& m) const -> bool;
  /// Back to `m` for the last time, if it still can be: handles from before it are then as quick to use as they were.
  auto release(const mark_t& m) -> void;

  // The adjoints that the last backward() left (see derive/reverse.hpp).
  /// All of them.
  auto last_sweep() const -> const adjoints& { return last_sweep_; }
  /// Whether the sweep covered the node.
  auto swept(node_id k) const -> bool { return last_sweep_.covers(k); }
  /// Whether its adjoint is a number, a structural zero, or not computed.
  auto state(node_id k) const -> adjoint_state { return last_sweep_.state(k); }
  /// Of a scalar; 0 unless the state is `number`.
  auto adjoint(node_id k) const -> double { return last_sweep_.number(k); }
  /// That of a scalar recorded since the last mark and swept; nullptr for others.
  auto quick_adjoint(node_ref r) const -> const double* { return last_sweep_.found(r ^ tag); }
  /// Of an array; null unless the state is `number`.
  auto array_adjoint(node_id k) const -> const array& { return last_sweep_.whole(k); }
  /// What was differentiated.
  auto outputs() const -> const std::vector<node_id>& { return last_sweep_.outputs(); }

  /// Bytes in use: the record with its side tables, the adjoints of scalars, and the arrays, each block of memory counted once.
  struct memory_use {
    std::size_t record, adjoints, array_values, array_adjoints;  ///< what each name says
  };
  /// As it is now.
  auto memory() const -> memory_use;

 private:
  graph(bool keeps_guards, bool shapes_alone);

  friend auto detail::record_slowly(const operation&, unsigned, double, detail::operand) -> node_ref;
  friend auto detail::record_slowly(const operation&, unsigned, double, detail::operand, detail::operand) -> node_ref;
  friend auto detail::record_wide(const operation&, unsigned, double, const detail::operand*) -> node_ref;
  friend auto detail::record_tensor_node(const operation&, std::shared_ptr<const void>, array, double,
                                         std::span<const detail::array_operand>) -> node_ref;
  friend class detail::reverse_sweep;

  struct name_entry {
    node_id node = 0;
    std::string name;
  };
  struct scope_entry {
    std::string name;
    scope_id parent = 0;
    scope_kind kind = scope_kind::part;
  };
  struct scope_run {
    node_id first;
    scope_id scope;
  };
  // A stretch of the record with a tag of its own. A mark begins a new one, and a rewind gives the one it empties a new tag, so that a
  // handle is good exactly if its tag is that of a live region and its node is there.
  struct region {
    std::uint64_t tag, start;
  };

  [[noreturn]] auto fail_guard(std::size_t number, double answer) const -> void;
  // What a graph leaves to the next one of its thread: a small one, made in every step of a loop, would spend its time with malloc.
  struct lists {
    std::vector<region> regions;
    detail::kept_list<scope_entry> scopes;
    std::vector<std::uint32_t> operand_ids;
    ~lists();
    auto swap(graph& g) -> void;
  };
  static auto spare_lists() -> lists*;  // null once the thread has ended its own, as before a graph of static storage

  auto offset(node_ref r, std::string_view who) const -> std::uint64_t;
  auto reserve(std::size_t more) -> void;
  auto grow_rules(std::size_t nodes) -> void;
  auto place(detail::operand a, std::string_view who) -> std::uint64_t;
  auto append(double value, std::uint64_t word) -> node_ref;
  auto append_leaf(array value, unsigned code) -> node_ref;

  auto enter(region r) -> void;
  auto renew(std::uint64_t start) -> void;  // enter a region with a tag of its own
  auto tag_at(std::uint64_t at) const -> std::uint64_t;
  auto names_before(node_id k) const -> std::size_t;
  auto has_region(std::uint64_t its_tag) const -> bool;

  std::uint64_t owner_;  // the tag this graph began with
  buffer records_{buffer::use::records}, rules_{buffer::use::rules};
  std::size_t with_rules_ = 0;  // so many nodes have, or would have, one that means something
  std::vector<region> regions_;
  std::vector<std::uint32_t> operand_ids_;
  std::vector<tensor_node> tensor_nodes_;
  detail::kept_list<name_entry> names_;  // by node
  detail::kept_list<scope_entry> scopes_;
  std::vector<scope_run> runs_;
  std::vector<guard> guards_;
  bool keeps_guards_ = false;
  scope_id scope_ = 0;
  mutable std::atomic<std::size_t> leaves_ = 0;  // leading nodes known to be leaves
  adjoints last_sweep_{*this};
};

/// Rewinds the active graph to where it was, when the block ends.
class rewind_scope {
 public:
  rewind_scope() : graph_(graph::active()), mark_(graph_.mark()) {}
  ~rewind_scope() { graph_.release(mark_); }
  rewind_scope(const rewind_scope&) = delete;
  auto operator=(const rewind_scope&) -> rewind_scope& = delete;

 private:
  graph& graph_;
  graph::mark_t mark_;
};

/// Nodes made in this block belong to the scope `name`, inside the scope that is open: scope s("layer1");
/// scope s("rbf_kernel", scope_kind::function) in a function of yours that is an operation to those who call it.
class scope {
 public:
  explicit scope(std::string_view name, scope_kind kind = scope_kind::part)
      : graph_(graph::active()), id_(graph_.open_scope(name, kind)) {}
  ~scope() { graph_.close_scope(id_); }
  scope(const scope&) = delete;
  auto operator=(const scope&) -> scope& = delete;

 private:
  graph& graph_;
  scope_id id_;
};

/// In this block operations compute, but are not recorded: their results are constants. Inputs are still made, and adjoints can
/// still be asked for.
class no_record : private detail::recorder {
 public:
  no_record();
  ~no_record();
  no_record(const no_record&) = delete;
  auto operator=(const no_record&) -> no_record& = delete;
};
/// PyTorch's name for it.
using no_grad = no_record;

}  // namespace seegrad
