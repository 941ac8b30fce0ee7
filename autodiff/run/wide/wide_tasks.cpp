#include <algorithm>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/pointwise/list.hpp>
#include <autodiff/run/wide/wide_tasks.hpp>
#include <unordered_map>

namespace seegrad::detail::run {
namespace {

/// What tasks of one group have in common beside their level.
struct kind {
  wide_group::kind what;
  const operation* op;
  std::uint8_t by;
  std::uint32_t terms;
  friend auto operator==(const kind&, const kind&) -> bool = default;
};
struct hash_of_kind {
  auto operator()(const kind& k) const -> std::size_t {
    const auto h = reinterpret_cast<std::uintptr_t>(k.op) ^ (std::size_t{k.terms} << 8) ^ (std::size_t{k.by} << 3) ^
                   static_cast<std::size_t>(k.what);
    return h * 0x9e3779b97f4a7c15u >> 7;
  }
};
/// Terms of a sum, each linked to the next.
struct open_sum {
  std::uint32_t first = none, last = none, count = 0;
};
struct link {
  number value;
  std::uint32_t next;
};

constexpr std::uint32_t shortest_part = 8;

class naming {
 public:
  explicit naming(const code& c) : c_(c) {}

  auto run() -> wide_tasks {
    now_.assign(c_.slots, none);
    for (const auto& k : c_.constants) now_[k.to] = out_.names++, out_.constants.push_back(k.value);
    for (const auto s : c_.inputs) now_[s] = out_.names++;
    for (const auto s : c_.seeds) now_[s] = out_.names++;
    out_.given = out_.names;
    count_reads();
    sums_.resize(c_.slots);
    out_.tasks.reserve(c_.instructions.size());
    for (const auto& i : c_.instructions) translate(i);
    for (const auto s : c_.results) out_.results.push_back(value_of(s));
    for (const auto s : c_.slopes) out_.slopes.push_back(s == no_slot ? none : value_of(s));
    for (const auto& q : c_.questions)
      out_.questions.push_back({q.first == no_slot ? none : value_of(q.first), q.second == no_slot ? none : value_of(q.second)});
    return std::move(out_);
  }

 private:
  // How often a sum is read, so that one that only another sum reads can become a part of that.
  auto count_reads() -> void {
    reads_.assign(c_.slots, 0);
    const auto read = [&](slot s) {
      if (s != no_slot) reads_[s] += 1;
    };
    for (const auto& i : c_.instructions) {
      for (const auto s : i.x) read(s);
      if (i.back != no_slot) read(i.back), read(i.y);
    }
    for (const auto* list : {&c_.results, &c_.slopes})
      for (const auto s : *list) read(s), read(s);
    for (const auto& q : c_.questions) read(q.first), read(q.first), read(q.second), read(q.second);
  }

  // The value that stands in a slot. Sums wait until somebody asks for them.
  auto value_of(slot s) -> number {
    auto& sum = sums_[s];
    if (sum.count > 0) {
      now_[s] = sum.count == 1 ? links_[sum.first].value : make_sum(sum);
      sum = {};
    }
    return now_[s];
  }
  auto add_term(slot s, number v) -> void {
    const auto link = static_cast<std::uint32_t>(links_.size());
    links_.push_back({v, none});
    auto& sum = sums_[s];
    if (sum.count++ == 0) sum.first = link;
    else links_[sum.last].next = link;
    sum.last = link;
  }
  auto make_sum(const open_sum& sum) -> number {
    task t{wide_group::kind::sum};
    t.first_term = static_cast<std::uint32_t>(out_.terms.size()), t.terms = sum.count;
    for (auto l = sum.first; l != none; l = links_[l].next) out_.terms.push_back(links_[l].value);
    return make(t);
  }
  auto make(task t) -> number {
    t.to = out_.names++;
    const auto above = [&](number v) {
      if (v != none && v >= out_.given) t.level = std::max(t.level, out_.tasks[v - out_.given].level + 1);
    };
    for (const auto v : t.x) above(v);
    above(t.y), above(t.back);
    for (std::uint32_t k = 0; k < t.terms; ++k) above(out_.terms[t.first_term + k]);
    t.does = kinds_.try_emplace(kind{t.what, t.op, t.by, t.terms}, static_cast<std::uint32_t>(kinds_.size())).first->second;
    out_.tasks.push_back(t);
    return t.to;
  }

  auto translate(const instruction& i) -> void {
    if (i.what == instruction::kind::add || (i.what == instruction::kind::value && i.op == &operation_of<add_op>())) {
      // What was a sum that nobody else reads goes on; the other operand is its next term.
      slot first = i.x[0], second = i.x[1];
      if (!is_open_sum(first) && is_open_sum(second)) std::swap(first, second);
      if (is_open_sum(first) && first != second && !are_parts(first, second)) sums_[i.to] = std::exchange(sums_[first], {});
      else add_term(i.to, value_of(first));
      add_term(i.to, value_of(second));
      return;
    }
    task t{i.what == instruction::kind::value ? wide_group::kind::value : wide_group::kind::vjp, i.by, i.op};
    // What a vjp does not look at stands for its cotangent.
    for (int k = 0; k < i.op->arity; ++k)
      if (i.x[k] != i.back) t.x[k] = value_of(i.x[k]);
    if (t.what == wide_group::kind::value) {
      now_[i.to] = make(t);
      return;
    }
    t.back = value_of(i.back);
    if (i.y != i.back) t.y = value_of(i.y);
    if (i.what == instruction::kind::vjp_add && sums_[i.to].count == 0) add_term(i.to, now_[i.to]);
    add_term(i.to, has_slope_one(i) ? t.back : make(t));
  }
  auto is_open_sum(slot s) const -> bool { return sums_[s].count > 0 && reads_[s] == 1; }
  // Two long sums of about one length are parts of a sum that was spread (passes/spread_sums), and belong in one group.
  auto are_parts(slot first, slot second) const -> bool {
    const auto a = sums_[first].count, b = sums_[second].count;
    return std::min(a, b) >= shortest_part && std::max(a, b) - std::min(a, b) <= 1;
  }

  static auto has_slope_one(const instruction& i) -> bool {
    return i.op->kernels[0]->constant_slope[i.by] && constant_slope(*i.op, i.by) == 1;
  }

  const code& c_;
  wide_tasks out_;
  std::vector<number> now_;           // by slot
  std::vector<std::uint32_t> reads_;  // by slot
  std::vector<open_sum> sums_;        // by slot: of what nobody has asked for yet
  std::vector<link> links_;
  std::unordered_map<kind, std::uint32_t, hash_of_kind> kinds_;
};

}  // namespace

auto name_tasks(const code& c) -> wide_tasks { return naming(c).run(); }

}  // namespace seegrad::detail::run
