#include <autodiff/graph/graph.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace seegrad {
namespace {

constexpr std::uint64_t low_half = 0xffff'ffff;
constexpr std::uint64_t first_capacity = 4096 * sizeof(node);
constexpr std::uint64_t slack = 2 * sizeof(node);  // the fast path checks once for an operation and its constant

// Tags tell graphs, and what a graph was before and after a rewind, apart. Threads draw them in blocks, so that rewinding in a
// tight loop touches nothing shared. After 2^32 of them they repeat: a correct program cannot notice, and a stale handle is then
// missed with a chance of one in four thousand million.
auto fresh_tag() -> std::uint64_t {
  constexpr std::uint32_t block = 1 << 12;
  static std::atomic<std::uint32_t> drawn{0};
  thread_local std::uint32_t next = 0, end = 0;
  do {
    if (next == end) next = drawn.fetch_add(block, std::memory_order_relaxed), end = next + block;
    ++next;
  } while (next == 0 || next == ~std::uint32_t{0});
  return std::uint64_t{next} << 32;
}

// The chain of a thread's graphs and no_records, innermost first. They may end in any order: whoever was inside the one that ends
// then sits inside what was around it.
auto link(recorder& r) -> void {
  r.outer = current;
  current = &r;
}

auto unlink(recorder& r) -> void {
  for (auto** at = &current; *at != &idle; at = &(*at)->outer)
    if (*at == &r) {
      *at = r.outer;
      return;
    }
}

auto innermost_graph() -> recorder* {
  auto* r = current;
  while (r->silent) r = r->outer;
  return r;
}

}  // namespace

graph::graph() {
  owner_ = fresh_tag();
  enter({owner_, 0});
  link(*this);
}

graph::~graph() { unlink(*this); }

auto graph::is_active() -> bool { return innermost_graph() != &idle; }

auto graph::active() -> graph& {
  auto* r = innermost_graph();
  if (r == &idle) throw error("graph: there is none on this thread; make one first, as in `seegrad::graph g;`");
  return static_cast<graph&>(*r);
}

auto graph::op(node_id k) const -> const operation* {
  const auto& n = nodes()[k];
  if (n.code() == code::tabled) return row(k).op;
  if (n.code() != code::extended) return operation_of_code(n.code());
  const auto* row = wide_.data() + n.first();
  return std::bit_cast<const operation*>(std::uint64_t{row[0]} | std::uint64_t{row[1]} << 32);
}

auto graph::operands(node_id k) const -> operand_list {
  const auto& n = nodes()[k];
  if (n.code() < code::first_operation) return {};
  if (n.code() == code::tabled) return {wide_.data() + row(k).first, static_cast<int>(row(k).count)};
  if (n.code() == code::extended) return {wide_.data() + n.first() + 2, op(k)->arity};
  switch (const auto arity = operation_of_code(n.code())->arity) {
    case 1: return {n.first()};
    case 2: return {n.first(), n.second()};
    default: return {wide_.data() + n.first(), arity};
  }
}

auto graph::array_value(node_id k) const -> array { return is_tensor(k) ? row(k).value : array(value(k)); }

// --- handles ---------------------------------------------------------------------------------------------------------------

auto graph::offset(node_ref r, std::string_view who) const -> std::uint64_t {
  const auto at = r & low_half, its_tag = r & ~low_half;
  if (at < next && tag_at(at) == its_tag) return at;
  if (r == 0) throw error(fmt::format("{}: the value is a constant, not a node of the graph; make it an input", who));
  for (const recorder* o = outer; o != &idle; o = o->outer)
    if (!o->silent && static_cast<const graph*>(o)->has_region(its_tag))
      throw error(fmt::format("{}: the value belongs to an outer graph, but an inner one is recording", who));
  throw error(
      fmt::format("{}: the value's node is not in the recording graph: it was rewound, its graph is gone, or it is of "
                  "another graph or thread; record it again here, or use detach() while it is alive",
                  who));
}

auto graph::has_region(std::uint64_t its_tag) const -> bool {
  return std::any_of(regions_.begin(), regions_.end(), [&](const region& r) { return r.tag == its_tag; });
}

// Of the last region that begins no later; the first begins at 0.
auto graph::tag_at(std::uint64_t at) const -> std::uint64_t {
  const auto after =
      std::upper_bound(regions_.begin(), regions_.end(), at, [](std::uint64_t a, const region& r) { return a < r.start; });
  return std::prev(after)->tag;
}

auto graph::ref(node_id k) const -> node_ref {
  const auto at = std::uint64_t{k} * sizeof(node);
  return tag_at(at) + at;
}

auto graph::reserve(std::size_t more) -> void {
  const auto need = next + more * sizeof(node) + slack;
  if (need <= records_.bytes() && next < limit) return;
  const auto most = std::uint64_t{max_nodes} * sizeof(node);
  if (need > most)
    throw error(fmt::format("graph: {} nodes are recorded, and {} is the most a graph can hold; rewind between steps", size(),
                            max_nodes));
  records_.grow(std::max({first_capacity, need, std::min(most, 2 * std::uint64_t{records_.bytes()})}));
  records = static_cast<std::byte*>(records_.data());
  limit = std::min<std::uint64_t>(records_.bytes(), most) - slack + 1;
}

auto graph::append(double value, std::uint64_t word) -> node_ref {
  detail::put(*this, next, value, word);
  next += sizeof(node);
  return tag + next - sizeof(node);
}

auto graph::append_input(double value) -> node_ref {
  if (next >= limit) reserve(1);
  return append(value, code::input);
}

auto graph::append_leaf(array value, unsigned code) -> node_ref {
  rows_.push_back({std::move(value), {}, nullptr, {}, 0, 0});
  return append(std::numeric_limits<double>::quiet_NaN(), detail::pack(code, rows_.size() * sizeof(node)));
}

auto graph::append_input(array value) -> node_ref {
  reserve(1);
  return append_leaf(std::move(value), code::input);
}

// The node number of an operand, with a new node for a constant; room has been made before.
auto graph::place(operand a, std::string_view who) -> std::uint64_t {
  return a.ref ? offset(a.ref, who) : append(a.value, code::constant) & low_half;
}

// First what is common: an operand from before the innermost mark, such as the parameters of a model in a training step.
namespace {

auto near(const recorder& r, node_ref ref) -> std::uint64_t {
  const auto at = ref ^ r.tag;
  return at >> 32 == 0 ? at : ref ^ r.below;
}

}  // namespace

auto record_slowly(const operation& op, unsigned code, double value, operand a) -> node_ref {
  if (a.ref == 0 || current->silent) return 0;
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
  if ((a.ref | b.ref) == 0 || current->silent) return 0;
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
  if (current->silent || std::all_of(operands, end, [](auto& a) { return a.ref == 0; })) return 0;
  auto& g = graph::active();
  for (const auto* a = operands; a != end; ++a)
    if (a->ref) g.offset(a->ref, op.name);
  g.reserve(static_cast<std::size_t>(op.arity) + 1);
  const auto row = g.wide_.size();
  if (row + 2 + static_cast<std::size_t>(op.arity) > max_nodes)
    throw error(fmt::format("{}: the table for operations of more than two operands is full ({} entries); rewind between steps",
                            op.name, row));
  g.wide_.reserve(row + 2 + static_cast<std::size_t>(op.arity) > g.wide_.capacity() ? 2 * row + 16 : 0);
  if (code == code::extended) {
    const auto address = std::bit_cast<std::uint64_t>(&op);
    g.wide_.push_back(static_cast<std::uint32_t>(address));
    g.wide_.push_back(static_cast<std::uint32_t>(address >> 32));
  }
  for (const auto* a = operands; a != end; ++a)
    g.wide_.push_back(static_cast<std::uint32_t>(g.place(*a, op.name) / sizeof(node)));
  return g.append(value, detail::pack(code, row * sizeof(node)));
}

auto record_row(const operation& op, std::shared_ptr<const void> parameters, array value, double number,
                std::span<const array_operand> operands) -> node_ref {
  if (current->silent || std::all_of(operands.begin(), operands.end(), [](auto& a) { return a.ref == 0; })) return 0;
  auto& g = graph::active();
  for (const auto& a : operands)
    if (a.ref && near(g, a.ref) >> 32 != 0) g.offset(a.ref, op.name);
  const auto n = operands.size();
  g.reserve(n + 1);
  const auto at = g.wide_.size();
  if (at + n > max_nodes)
    throw error(fmt::format("{}: the table of operands is full ({} entries); rewind between steps", op.name, at));
  if (at + n > g.wide_.capacity()) g.wide_.reserve(2 * at + n + 16);
  if (g.rows_.size() + n + 1 > g.rows_.capacity()) g.rows_.reserve(2 * g.rows_.size() + n + 16);
  for (const auto& a : operands) {
    auto offset = near(g, a.ref);
    if (!a.ref)
      offset =
          (a.value->is_number() ? g.append(a.value->item(), code::constant) : g.append_leaf(*a.value, code::constant)) & low_half;
    else if (offset >> 32 != 0) offset = g.offset(a.ref, op.name);
    g.wide_.push_back(static_cast<std::uint32_t>(offset / sizeof(node)));
  }
  g.rows_.push_back(
      {std::move(value), {}, &op, std::move(parameters), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(n)});
  return g.append(number, detail::pack(code::tabled, (g.rows_.size() - 1) * sizeof(node)));
}

// --- names and scopes ------------------------------------------------------------------------------------------------------

auto graph::name(node_id k) const -> std::string_view {
  const auto it = names_.find(k);
  return it == names_.end() ? std::string_view{} : it->second;
}

auto graph::set_name(node_id k, std::string_view name) -> void { names_.insert_or_assign(k, std::string(name)); }

auto graph::open_scope(std::string_view name) -> scope_id {
  scopes_.push_back({std::string(name), scope_});
  runs_.push_back({static_cast<node_id>(size()), static_cast<scope_id>(scopes_.size() - 1)});
  return scope_ = static_cast<scope_id>(scopes_.size() - 1);
}

auto graph::close_scope() -> void {
  if (scope_ == 0) throw error("close_scope: no scope is open");
  close_scope(scope_);
}

auto graph::close_scope(scope_id s) -> void {
  auto open = scope_;
  while (open != 0 && open != s) open = scopes_[open].parent;
  if (open == 0) return;
  scope_ = scopes_[open].parent;
  runs_.push_back({static_cast<node_id>(size()), scope_});
}

auto graph::scope_of(node_id k) const -> scope_id {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), k, [](node_id n, const scope_run& r) { return n < r.first; });
  return after == runs_.begin() ? 0 : std::prev(after)->scope;
}

// --- going back ------------------------------------------------------------------------------------------------------------

auto graph::enter(region r) -> void {
  regions_.push_back(r);
  tag = r.tag;
  below = regions_.size() > 1 ? regions_[regions_.size() - 2].tag : no_tag;
}

auto graph::mark() -> mark_t {
  // Two marks at one place share a region, so that marking again and again does not pile them up.
  const bool opens = next > regions_.back().start;
  if (opens) enter({fresh_tag(), next});
  return {next, owner_, below, regions_.size(), wide_.size(), rows_.size(), scopes_.size(), runs_.size(), scope_, opens};
}

auto graph::can_rewind(const mark_t& m) const -> bool {
  if (m.owner != owner_ || m.region > regions_.size() || regions_[m.region - 1].start != m.next) return false;
  return m.region == 1 || regions_[m.region - 2].tag == m.below;  // Rewinding further back would have renewed that tag.
}

auto graph::rewind(const mark_t& m) -> void {
  if (m.owner != owner_) throw error("rewind: the mark is of another graph");
  if (!can_rewind(m)) throw error("rewind: the graph has already been rewound to before this mark");
  regions_.resize(m.region - 1);
  enter({fresh_tag(), m.next});
  next = m.next;

  const auto n = static_cast<node_id>(size());
  wide_.resize(m.wide);
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(m.rows), rows_.end());
  names_.erase(names_.lower_bound(n), names_.end());
  scopes_.resize(m.scopes);
  runs_.resize(m.runs);
  scope_ = m.scope;
  swept_ = std::min(swept_, size());
  leaves_ = std::min(leaves_, size());
  // Without its outputs a sweep's structural zeros cannot be found any more.
  if (std::any_of(outputs_.begin(), outputs_.end(), [&](node_id k) { return k >= n; })) outputs_.clear();
  reached_.clear();
}

auto graph::release(const mark_t& m) -> void {
  if (!can_rewind(m)) return;
  rewind(m);
  if (!m.opened) return;
  regions_.pop_back();
  const auto outer = regions_.back();
  regions_.pop_back();
  enter(outer);
}

// --- adjoints --------------------------------------------------------------------------------------------------------------

auto graph::state(node_id k) const -> adjoint_state {
  if (k >= swept_) return adjoint_state::not_computed;
  if (is_constant(k)) return adjoint_state::structural_zero;
  const bool whole = is_tensor(k);
  if (whole && !row(k).adjoint.is_null()) return adjoint_state::number;
  if (!whole && static_cast<const double*>(adjoints_.data())[k] != 0) return adjoint_state::number;
  if (outputs_.empty()) return whole ? adjoint_state::not_computed : adjoint_state::number;
  if (reached_.empty()) {
    reached_.resize(swept_);
    for (auto y : outputs_) reached_[y] = true;
    for (auto n = static_cast<node_id>(swept_); n-- > 0;)
      if (reached_[n])
        for (auto o : operands(n)) reached_[o] = true;
  }
  if (!reached_[k]) return adjoint_state::structural_zero;
  // A reached array without an adjoint got nothing but zeros, unless its adjoint was not kept.
  return whole && !kept_all_ && !is_input(k) ? adjoint_state::not_computed : adjoint_state::number;
}

auto graph::memory() const -> memory_use {
  memory_use m{size() * sizeof(node) + wide_.size() * sizeof(std::uint32_t) + rows_.size() * sizeof(tensor_row),
               swept_ * sizeof(double), 0, 0};
  std::set<const void*> seen;
  const auto bytes = [&](const array& a) { return a.is_null() || !seen.insert(a.block()).second ? 0 : a.block_bytes(); };
  for (const auto& r : rows_) m.array_values += bytes(r.value);
  for (const auto& r : rows_) m.array_adjoints += bytes(r.adjoint);
  return m;
}

// --- no_record -------------------------------------------------------------------------------------------------------------

no_record::no_record() {
  silent = true;
  link(*this);
}

no_record::~no_record() { unlink(*this); }

}  // namespace seegrad
