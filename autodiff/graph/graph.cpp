#include <autodiff/graph/graph.hpp>

#include <set>

namespace seegrad {
namespace {

// The chain of a thread's graphs and no_records, innermost first. They may end in any order: whoever was inside the one that ends
// then sits inside what was around it.
auto link(detail::recorder& r) -> void {
  r.outer = detail::current;
  detail::current = &r;
}

auto unlink(detail::recorder& r) -> void {
  for (auto** at = &detail::current; *at != &detail::idle; at = &(*at)->outer)
    if (*at == &r) {
      *at = r.outer;
      return;
    }
}

auto innermost_graph() -> detail::recorder* {
  auto* r = detail::current;
  while (r->silent) r = r->outer;
  return r;
}

}  // namespace

auto graph::lists::swap(graph& g) -> void {
  regions.swap(g.regions_), operand_ids.swap(g.operand_ids_);
  std::swap(scopes, g.scopes_);
}

namespace {
constinit thread_local bool has_ended = false;
}
graph::lists::~lists() { has_ended = true; }

auto graph::spare_lists() -> lists* {
  thread_local lists spare;
  return has_ended ? nullptr : &spare;
}

graph::graph(bool keeps_guards, bool shapes_alone) : keeps_guards_(keeps_guards) {
  if (auto* spare = spare_lists()) spare->swap(*this);
  only_shapes = shapes_alone;
  scopes_.grow();  // the whole
  renew(0);
  owner_ = tag;
  link(*this);
}

graph::graph() : graph(false, false) {}
graph::graph(with_guards_t) : graph(true, false) {}
graph::graph(shapes_only_t) : graph(false, true) {}

graph::~graph() {
  unlink(*this);
  records_.forget(0, next), rules_.forget(0, rules().size_bytes());
  constexpr std::size_t small = 4096;  // entries that are not worth giving back
  auto* spare = spare_lists();
  if (spare && spare->regions.capacity() == 0 && operand_ids_.capacity() <= small && scopes_.size() <= small) {
    regions_.clear(), operand_ids_.clear(), scopes_.take_back(0);
    spare->swap(*this);
  }
}

auto graph::is_active() -> bool { return innermost_graph() != &detail::idle; }

auto graph::active() -> graph& {
  auto* r = innermost_graph();
  if (r == &detail::idle)
    throw error("graph: there is none on this thread; make one first: `seegrad::graph g;`, in Python `with seegrad.graph():`");
  return static_cast<graph&>(*r);
}

auto graph::op(node_id k) const -> const operation* {
  const auto& n = nodes()[k];
  if (n.code() == detail::code::tabled) return tensor_node_at(k).op;
  if (n.code() != detail::code::extended) return detail::operation_of_code(n.code());
  const auto* row = operand_ids_.data() + n.first();
  return reinterpret_cast<const operation*>(static_cast<std::uintptr_t>(std::uint64_t{row[0]} | std::uint64_t{row[1]} << 32));
}

auto graph::operands(node_id k) const -> detail::operand_list {
  const auto& n = nodes()[k];
  if (n.code() < detail::code::first_operation) return {};
  if (n.code() == detail::code::tabled)
    return {operand_ids_.data() + tensor_node_at(k).first, static_cast<int>(tensor_node_at(k).count)};
  if (n.code() == detail::code::extended) return {operand_ids_.data() + n.first() + 2, op(k)->arity};
  switch (const auto arity = detail::operation_of_code(n.code())->arity) {
    case 1: return {n.first()};
    case 2: return {n.first(), n.second()};
    default: return {operand_ids_.data() + n.first(), arity};
  }
}

auto graph::array_value(node_id k) const -> array { return is_tensor(k) ? tensor_node_at(k).value : array(value(k)); }

auto graph::memory() const -> memory_use {
  memory_use m{size() * sizeof(node) + rules().size_bytes() + operand_ids_.size() * sizeof(std::uint32_t) +
                   tensor_nodes_.size() * sizeof(tensor_node),
               last_sweep_.covered_ * sizeof(double), 0, 0};
  std::set<const void*> seen;
  const auto bytes = [&](const array& a) { return a.is_null() || !seen.insert(a.block()).second ? 0 : a.block_bytes(); };
  for (const auto& r : tensor_nodes_) m.array_values += bytes(r.value);
  for (const auto& a : last_sweep_.arrays_) m.array_adjoints += bytes(a);
  return m;
}

no_record::no_record() {
  silent = true;
  only_shapes = detail::current->only_shapes;
  link(*this);
}

no_record::~no_record() { unlink(*this); }

}  // namespace seegrad
