// Handles carry the tag of the region they were recorded in; marks open regions, and rewinding renews their tags.

#include <algorithm>
#include <atomic>
#include <autodiff/graph/graph.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

// Tags tell graphs, and what a graph was before and after a rewind, apart. Threads draw them in blocks, so that rewinding in a
// tight loop touches nothing shared. After 2^31 of them they repeat: a correct program cannot notice, and a stale handle is then
// missed with a chance of one in two thousand million. The highest bit is that of guards.
auto fresh_tag() -> std::uint64_t {
  constexpr std::uint32_t block = 1 << 12, low_bits = ~std::uint32_t{0} >> 1;
  static std::atomic<std::uint32_t> drawn{0};
  thread_local std::uint32_t next = 0, end = 0;
  do {
    if (next == end) next = drawn.fetch_add(block, std::memory_order_relaxed), end = next + block;
    ++next;
  } while ((next & low_bits) == 0 || (next & low_bits) == low_bits);
  return std::uint64_t{next & low_bits} << 32;
}

}  // namespace

auto graph::offset(node_ref r, std::string_view who) const -> std::uint64_t {
  const auto at = r & detail::low_half, its_tag = r & ~detail::low_half;
  if (at < next && tag_at(at) == its_tag) return at;
  if (r == 0) throw error(fmt::format("{}: the value is a constant, not a node of the graph; make it an input", who));
  for (const detail::recorder* o = outer; o != &detail::idle; o = o->outer)
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

auto graph::enter(region r) -> void {
  regions_.push_back(r);
  tag = r.tag;
  below = regions_.size() > 1 ? regions_[regions_.size() - 2].tag : no_tag;
}

auto graph::renew(std::uint64_t start) -> void { enter({fresh_tag() | (keeps_guards_ ? detail::guard_bit : 0), start}); }

auto graph::mark() -> mark_t {
  // Two marks at one place share a region, so that marking again and again does not pile them up.
  const bool opens = next > regions_.back().start;
  if (opens) renew(next);
  return {next,           owner_, below, regions_.size(), operand_ids_.size(), tensor_nodes_.size(), scopes_.size(), runs_.size(),
          guards_.size(), scope_, opens};
}

auto graph::can_rewind(const mark_t& m) const -> bool {
  if (m.owner != owner_ || m.region > regions_.size() || regions_[m.region - 1].start != m.next) return false;
  return m.region == 1 || regions_[m.region - 2].tag == m.below;  // Rewinding further back would have renewed that tag.
}

auto graph::rewind(const mark_t& m) -> void {
  if (m.owner != owner_) throw error("rewind: the mark is of another graph");
  if (!can_rewind(m)) throw error("rewind: the graph has already been rewound to before this mark");
  if (with_rules_ > m.next / sizeof(node)) with_rules_ = m.next / sizeof(node), statement_limit = 0;
  regions_.resize(m.region - 1);
  renew(m.next);
  next = m.next;

  const auto n = static_cast<node_id>(size());
  operand_ids_.resize(m.operand_ids);
  tensor_nodes_.erase(tensor_nodes_.begin() + static_cast<std::ptrdiff_t>(m.tensor_nodes), tensor_nodes_.end());
  names_.take_back(names_before(n));
  scopes_.take_back(m.scopes);
  runs_.resize(m.runs);
  guards_.resize(m.guards);
  scope_ = m.scope;
  if (leaves_.load(std::memory_order_relaxed) > size()) leaves_.store(size(), std::memory_order_relaxed);
  last_sweep_.truncate(size(), tensor_nodes_.size());
}

auto graph::release(const mark_t& m) -> void {
  if (!can_rewind(m)) return;
  rewind(m);
  if (!m.opened) return;
  regions_.pop_back();
  const auto around = regions_.back();
  regions_.pop_back();
  enter(around);
}

}  // namespace seegrad
