// Appending nodes, where the few lines in record.hpp that every operation inlines do not suffice.

#include <algorithm>
#include <autodiff/graph/graph.hpp>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <new>

namespace seegrad {
namespace {

constexpr std::uint64_t first_capacity = 4096 * sizeof(node);
constexpr std::uint64_t slack = 2 * sizeof(node);  // the fast path checks once for an operation and its constant

// First what is common: an operand from before the innermost mark, such as the parameters of a model in a training step.
auto near(const detail::recorder& r, node_ref ref) -> std::uint64_t {
  const auto at = ref ^ r.tag;
  return at >> 32 == 0 ? at : ref ^ r.below;
}

// What no_record computes of a node is a number of now, as if the node had been detached before.
auto let_go(detail::operand a) -> node_ref {
  if (a.ref & detail::guard_bit) detail::note_detached(a.ref, a.value);
  return 0;
}

}  // namespace

auto graph::reserve(std::size_t more) -> void {
  const auto need = next + more * sizeof(node) + slack;
  if (need <= records_.bytes() && next < limit) return;
  const auto most = std::uint64_t{detail::max_nodes} * sizeof(node);
  if (need > most)
    throw error(fmt::format("graph: {} nodes are recorded, and {} is the most a graph can hold; rewind between steps", size(),
                            detail::max_nodes));
  const auto wanted = std::max({first_capacity, need, std::min(most, 2 * std::uint64_t{records_.bytes()})});
  try {
    records_.grow(wanted);
  } catch (const std::bad_alloc&) {
    throw error(
        fmt::format("graph: {} nodes are recorded, and there is no memory for more ({} MiB in one piece); rewind between "
                    "steps, or give the program more memory",
                    size(), wanted >> 20));
  }
  records = static_cast<std::byte*>(records_.data());
  limit = std::min<std::uint64_t>(records_.bytes(), most) - slack + 1;
}

// For all nodes there is room for, or, where memory is short, for a few more.
auto graph::grow_rules(std::size_t nodes) -> void {
  try {
    rules_.grow(nodes * sizeof(detail::rule_number));
  } catch (const std::bad_alloc&) {
    const auto fewer = size() + 8 * detail::most_nodes_of_statement;
    if (fewer < nodes) return grow_rules(fewer);
    throw error(
        fmt::format("graph: {} nodes are recorded, and there is no memory for more statements; rewind between steps, or "
                    "give the program more memory",
                    size()));
  }
}

// Nodes that are not the last of a statement, and all others, must have the rule 0. It is written ahead of them, for twice as many since the
// last mark each time.
auto graph::reserve_statement() -> void {
  reserve(detail::most_nodes_of_statement);
  grow_rules(records_.bytes() / sizeof(node));
  const auto room = std::min<std::size_t>(records_.bytes() / sizeof(node), rules_.bytes() / sizeof(detail::rule_number));
  detail::recorder::rules = static_cast<detail::rule_number*>(rules_.data());
  const auto since_mark = size() - static_cast<std::size_t>(regions_.back().start / sizeof(node));
  const auto wanted = std::min<std::size_t>(room, size() + since_mark + 4 * detail::most_nodes_of_statement);
  if (wanted > with_rules_)
    std::memset(detail::recorder::rules + with_rules_, 0, (wanted - with_rules_) * sizeof(detail::rule_number));
  with_rules_ = std::max(with_rules_, wanted);
  statement_limit = std::min<std::uint64_t>(limit, with_rules_ * sizeof(node)) - detail::most_nodes_of_statement * sizeof(node);
}

auto graph::append(double value, std::uint64_t word) -> node_ref {
  detail::put(*this, next, value, word);
  next += sizeof(node);
  return tag + next - sizeof(node);
}

auto graph::append_input(double value) -> node_ref {
  if (next >= limit) reserve(1);
  return append(value, detail::code::input);
}

auto graph::append_inputs(std::span<const double> values) -> node_ref {
  reserve(values.size());
  const auto first = tag + next;
  for (const double v : values) {
    detail::put(*this, next, v, detail::code::input);
    next += sizeof(node);
  }
  return first;
}

auto graph::append_leaf(array value, unsigned code) -> node_ref {
  tensor_nodes_.push_back({std::move(value), nullptr, {}, 0, 0});
  return append(std::numeric_limits<double>::quiet_NaN(), detail::pack(code, tensor_nodes_.size() * sizeof(node)));
}

auto graph::append_input(array value) -> node_ref {
  reserve(1);
  return append_leaf(std::move(value), detail::code::input);
}

// The node number of an operand, with a new node for a constant; room has been made before.
auto graph::place(detail::operand a, std::string_view who) -> std::uint64_t {
  return a.ref ? offset(a.ref, who) : append(a.value, detail::code::constant) & detail::low_half;
}

namespace detail {
auto record_slowly(const operation& op, unsigned code, double value, operand a) -> node_ref {
  if (a.ref == 0) return 0;
  if (current->silent) return let_go(a);
  auto& r = *current;
  if (const auto at = near(r, a.ref); at >> 32 == 0 && r.next < r.limit) {
    detail::put(r, r.next, value, detail::pack(code, at));
    r.next += sizeof(node);
    return r.tag + r.next - sizeof(node);
  }
  auto& g = graph::active();
  const auto at = g.offset(a.ref, op.name);
  g.reserve(1);
  return g.append(value, detail::pack(code, at));
}

auto record_slowly(const operation& op, unsigned code, double value, operand a, operand b) -> node_ref {
  if ((a.ref | b.ref) == 0) return 0;
  if (current->silent) return let_go(a), let_go(b);
  if (code != code::extended) code += !b.ref ? activity::first_only : !a.ref ? activity::second_only : activity::both;
  auto& r = *current;
  const auto at = a.ref ? near(r, a.ref) : r.next, bt = b.ref ? near(r, b.ref) : r.next;
  if ((at | bt) >> 32 == 0 && r.next < r.limit) {
    if (!a.ref || !b.ref) {
      detail::put(r, r.next, a.ref ? b.value : a.value, code::constant);
      r.next += sizeof(node);
    }
    detail::put(r, r.next, value, detail::pack(code, at, bt));
    r.next += sizeof(node);
    return r.tag + r.next - sizeof(node);
  }
  auto& g = graph::active();
  if (a.ref) g.offset(a.ref, op.name);
  if (b.ref) g.offset(b.ref, op.name);
  g.reserve(2);
  const auto first = g.place(a, op.name), second = g.place(b, op.name);
  return g.append(value, detail::pack(code, first, second));
}

auto record_wide(const operation& op, unsigned code, double value, const operand* operands) -> node_ref {
  const auto* end = operands + op.arity;
  if (std::all_of(operands, end, [](auto& a) { return a.ref == 0; })) return 0;
  if (current->silent) return std::for_each(operands, end, let_go), 0;
  auto& g = graph::active();
  for (const auto* a = operands; a != end; ++a)
    if (a->ref) g.offset(a->ref, op.name);
  g.reserve(static_cast<std::size_t>(op.arity) + 1);
  const auto row = g.operand_ids_.size();
  if (row + 2 + static_cast<std::size_t>(op.arity) > max_nodes)
    throw error(fmt::format("{}: the table for operations of more than two operands is full ({} entries); rewind between steps",
                            op.name, row));
  g.operand_ids_.reserve(row + 2 + static_cast<std::size_t>(op.arity) > g.operand_ids_.capacity() ? 2 * row + 16 : 0);
  if (code == code::extended) {
    const auto address = std::uint64_t{reinterpret_cast<std::uintptr_t>(&op)};
    g.operand_ids_.push_back(static_cast<std::uint32_t>(address));
    g.operand_ids_.push_back(static_cast<std::uint32_t>(address >> 32));
  }
  for (const auto* a = operands; a != end; ++a)
    g.operand_ids_.push_back(static_cast<std::uint32_t>(g.place(*a, op.name) / sizeof(node)));
  return g.append(value, detail::pack(code, row * sizeof(node)));
}

auto record_tensor_node(const operation& op, std::shared_ptr<const void> parameters, array value, double number,
                        std::span<const array_operand> operands) -> node_ref {
  bool active = false, at_hand = true;
  for (const auto& a : operands) active |= a.ref != 0, at_hand &= near(*current, a.ref) >> 32 == 0;
  if (!active) return 0;
  if (current->silent) {
    for (const auto& a : operands)
      if (a.ref & detail::guard_bit) detail::note_detached(a.ref, *a.value);
    return 0;
  }
  auto& g = graph::active();
  if (!at_hand)
    for (const auto& a : operands)
      if (a.ref) g.offset(a.ref, op.name);
  const auto n = operands.size();
  g.reserve(n + 1);
  const auto at = g.operand_ids_.size();
  if (at + n > max_nodes)
    throw error(fmt::format("{}: the table of operands is full ({} entries); rewind between steps", op.name, at));
  if (at + n > g.operand_ids_.capacity()) g.operand_ids_.reserve(2 * at + n + 16);
  if (g.tensor_nodes_.size() + n + 1 > g.tensor_nodes_.capacity()) g.tensor_nodes_.reserve(2 * g.tensor_nodes_.size() + n + 16);
  for (const auto& a : operands) {
    auto offset = near(g, a.ref);
    // As a scalar node a whole number would lose its type, and digits; only what is computed in whole numbers needs them.
    const bool is_scalar = !a.ref && a.value->is_number() && (value.is_null() || value.is_floating());
    if (!a.ref)
      offset =
          (is_scalar ? g.append(a.value->item(), code::constant) : g.append_leaf(*a.value, code::constant)) & detail::low_half;
    else if (offset >> 32 != 0) offset = g.offset(a.ref, op.name);
    g.operand_ids_.push_back(static_cast<std::uint32_t>(offset / sizeof(node)));
  }
  g.tensor_nodes_.push_back(
      {std::move(value), &op, std::move(parameters), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(n)});
  return g.append(number, detail::pack(code::tabled, (g.tensor_nodes_.size() - 1) * sizeof(node)));
}
}  // namespace detail

}  // namespace seegrad
