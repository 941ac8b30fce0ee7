#include <algorithm>
#include <autodiff/ops/kernels/kernels.hpp>
#include <autodiff/ops/kernels/pointwise.hpp>
#include <autodiff/ops/pointwise/list.hpp>
#include <autodiff/run/machine/machine_code.hpp>
#include <autodiff/run/wide/region_plan.hpp>
#include <autodiff/run/wide/wide_code.hpp>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace seegrad::detail::run {
namespace {

// Below that many instructions machine code is as fast; and a group costs what a dozen numbers do.
constexpr std::size_t fewest_instructions = 2000, shortest_average = 24;
// Sums of more terms than that, and of fewer than `few` at once, are taken one by one.
constexpr std::uint32_t few = 8;
// Numbers that lie in stretches of that many, on average, are not looked up one by one.
constexpr std::uint32_t shortest_stretch = 8;

using number = std::uint32_t;  // of a value, before it has a position
constexpr number none = ~number{0};

// One value: an instruction whose result has a name of its own.
struct task {
  wide_group::kind what;
  std::uint8_t by = 0;
  const operation* op = nullptr;
  number to = none, x[max_arity] = {none, none, none}, y = none, back = none;
  std::uint32_t first_term = 0, terms = 0;  // of a sum: in the list of terms
  std::uint32_t level = 0, does = 0;        // what a task does, as a number
};

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

class widening {
 public:
  explicit widening(const code& c) : c_(c) {}

  auto run(bool always) -> std::optional<wide_code> {
    if (!always && c_.instructions.size() < fewest_instructions) return std::nullopt;
    name_values();
    put_in_groups();
    if (!always && tasks_.size() < shortest_average * starts_.size()) return std::nullopt;
    find_last_readers();
    place();
    // Machine code is faster, where there can be any.
    if (!always && out_.is_mostly_gathered() && c_.instructions.size() <= machine_code::most_instructions) return std::nullopt;
    return std::move(out_);
  }

 private:
  // --- Values with names: constants, inputs and seeds first, then what tasks make ---

  auto name_values() -> void {
    now_.assign(c_.slots, none);
    for (const auto& k : c_.constants) now_[k.to] = names_++, out_.constants.push_back(k.value);
    for (const auto s : c_.inputs) now_[s] = names_++;
    for (const auto s : c_.seeds) now_[s] = names_++;
    out_.inputs = c_.inputs.size(), out_.seeds = c_.seeds.size();
    given_ = names_;
    count_reads();
    sums_.resize(c_.slots);
    tasks_.reserve(c_.instructions.size());
    for (const auto& i : c_.instructions) translate(i);
    for (const auto s : c_.results) results_.push_back(value_of(s));
    for (const auto s : c_.slopes) slopes_.push_back(s == no_slot ? none : value_of(s));
    for (const auto& q : c_.questions)
      questions_.push_back({q.first == no_slot ? none : value_of(q.first), q.second == no_slot ? none : value_of(q.second)});
  }
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
    t.first_term = static_cast<std::uint32_t>(terms_.size()), t.terms = sum.count;
    for (auto l = sum.first; l != none; l = links_[l].next) terms_.push_back(links_[l].value);
    return make(t);
  }
  auto make(task t) -> number {
    t.to = names_++;
    const auto above = [&](number v) {
      if (v != none && v >= given_) t.level = std::max(t.level, tasks_[v - given_].level + 1);
    };
    for (const auto v : t.x) above(v);
    above(t.y), above(t.back);
    for (std::uint32_t k = 0; k < t.terms; ++k) above(terms_[t.first_term + k]);
    t.does = kinds_.try_emplace(kind{t.what, t.op, t.by, t.terms}, static_cast<std::uint32_t>(kinds_.size())).first->second;
    tasks_.push_back(t);
    return t.to;
  }

  auto translate(const instruction& i) -> void {
    if (i.what == instruction::kind::add || (i.what == instruction::kind::value && i.op == &operation_of<add_op>())) {
      // What was a sum that nobody else reads goes on; the other operand is its next term.
      slot first = i.x[0], second = i.x[1];
      if (!is_open_sum(first) && is_open_sum(second)) std::swap(first, second);
      if (is_open_sum(first) && first != second) sums_[i.to] = std::exchange(sums_[first], {});
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

  static auto has_slope_one(const instruction& i) -> bool {
    return i.op->kernels[0]->constant_slope[i.by] && constant_slope(*i.op, i.by) == 1;
  }

  // --- Groups: what does the same, on one level, in the order of the record ---

  auto put_in_groups() -> void {
    order_.resize(tasks_.size());
    std::iota(order_.begin(), order_.end(), 0);
    sort_by([](const task& t) { return t.does; });
    sort_by([](const task& t) { return t.level; });
    for (std::uint32_t i = 0; i < order_.size(); ++i) {
      const auto& t = tasks_[order_[i]];
      if (i == 0 || t.level != tasks_[order_[i - 1]].level || t.does != tasks_[order_[i - 1]].does) starts_.push_back(i);
    }
  }
  // By counting, which keeps the order of equals.
  template <class Key>
  auto sort_by(Key key) -> void {
    std::vector<std::uint32_t> next;
    for (const auto& t : tasks_) {
      if (key(t) + 2 > next.size()) next.resize(key(t) + 2, 0);
      ++next[key(t) + 1];
    }
    for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
    std::vector<std::uint32_t> sorted(order_.size());
    for (const auto i : order_) sorted[next[key(tasks_[i])]++] = i;
    order_.swap(sorted);
  }
  auto end_of(std::size_t g) const -> std::uint32_t {
    return g + 1 < starts_.size() ? starts_[g + 1] : static_cast<std::uint32_t>(order_.size());
  }

  template <class F>
  auto each_operand(const task& t, F f) const -> void {
    for (const auto v : t.x)
      if (v != none) f(v);
    if (t.y != none) f(t.y);
    if (t.back != none) f(t.back);
    for (std::uint32_t k = 0; k < t.terms; ++k) f(terms_[t.first_term + k]);
  }
  auto find_last_readers() -> void {
    group_of_.resize(tasks_.size());
    last_reader_.assign(starts_.size(), 0);
    for (std::size_t g = 0; g < starts_.size(); ++g)
      for (auto i = starts_[g]; i < end_of(g); ++i) {
        const auto& t = tasks_[order_[i]];
        group_of_[order_[i]] = static_cast<std::uint32_t>(g);
        each_operand(t, [&](number v) {
          if (v >= given_) last_reader_[group_of_[v - given_]] = g;
        });
      }
    const auto stays = [&](number v) {
      if (v != none && v >= given_) last_reader_[group_of_[v - given_]] = starts_.size();
    };
    for (const auto v : results_) stays(v);
    for (const auto v : slopes_) stays(v);
    for (const auto& [a, b] : questions_) stays(a), stays(b);
  }

  // --- Positions ---

  auto place() -> void {
    at_.resize(names_);
    for (number v = 0; v < given_; ++v) at_[v] = v;
    region_plan memory;
    memory.take(given_);
    std::vector<std::vector<std::uint32_t>> ending(starts_.size() + 1);
    for (std::size_t g = 0; g < starts_.size(); ++g) {
      sort_by_operand(g);
      const auto count = end_of(g) - starts_[g];
      const auto to = static_cast<position>(memory.take(count));
      for (std::uint32_t i = 0; i < count; ++i) at_[tasks_[order_[starts_[g] + i]].to] = to + i;
      write_group(g, to, count);
      ending[std::max<std::size_t>(last_reader_[g], g)].push_back(static_cast<std::uint32_t>(g));
      for (const auto ended : ending[g]) memory.give_back(out_.groups[ended].to, out_.groups[ended].count);
    }
    out_.size = memory.size();
    if (operands_ > 0) out_.gathered /= operands_;
    const auto position_of = [&](number v) { return v == none ? wide_code::nothing : at_[v]; };
    for (const auto v : results_) out_.results.push_back(position_of(v));
    for (const auto v : slopes_) out_.slopes.push_back(position_of(v));
    for (const auto& [a, b] : questions_) out_.questions.push_back({position_of(a), position_of(b)});
  }

  // So that at least one operand is a run.
  auto sort_by_operand(std::size_t g) -> void {
    const auto begin = order_.begin() + starts_[g], end = order_.begin() + end_of(g);
    const auto key = [&](std::uint32_t i) {
      const auto& t = tasks_[i];
      if (t.what == wide_group::kind::sum) return at_[terms_[t.first_term]];
      for (const auto v : t.x)
        if (v != none) return at_[v];
      return at_[t.y != none ? t.y : t.back];
    };
    const auto before = [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); };
    if (std::is_sorted(begin, end, before)) return;
    std::reverse(begin, end);
    if (!std::is_sorted(begin, end, before)) std::stable_sort(begin, end, before);
  }

  /// of(i): the position of the operand's number i.
  template <class Of>
  auto operand(std::uint32_t count, Of of) -> wide_operand {
    bool run = true, same = true;
    const position first = of(0);
    for (std::uint32_t i = 1; i < count && (run || same); ++i) {
      const position p = of(i);
      run &= p == first + i, same &= p == first;
    }
    operands_ += count;
    if (run) return {wide_operand::kind::run, first};
    if (same) return {wide_operand::kind::same, first};
    out_.gathered += count;
    if (const auto s = stretches(count, of); s > 0)
      return {wide_operand::kind::stretches, static_cast<position>(out_.stretches.size() - s), s};
    const auto at = static_cast<position>(out_.listed.size());
    for (std::uint32_t i = 0; i < count; ++i) out_.listed.push_back(of(i));
    return {wide_operand::kind::listed, at};
  }
  /// How many stretches are written down: none where they would be short.
  template <class Of>
  auto stretches(std::uint32_t count, Of of) -> std::uint32_t {
    const auto before = out_.stretches.size();
    const auto most = before + count / shortest_stretch;
    for (std::uint32_t i = 0; i < count;) {
      if (out_.stretches.size() == most) return out_.stretches.resize(before), 0;
      const auto first = i;
      const auto at = of(first);
      const auto step = ++i < count ? std::int64_t{of(i)} - std::int64_t{at} : 0;
      while (i < count && std::int64_t{of(i)} - std::int64_t{of(i - 1)} == step) ++i;
      out_.stretches.push_back({first, at, static_cast<std::int32_t>(step)});
    }
    return static_cast<std::uint32_t>(out_.stretches.size() - before);
  }
  auto write_group(std::size_t g, position to, std::uint32_t count) -> void {
    const auto task_at = [&](std::uint32_t i) -> const task& { return tasks_[order_[starts_[g] + i]]; };
    const auto& t = task_at(0);
    wide_group made;
    made.what = t.what, made.by = t.by, made.op = t.op, made.to = to, made.count = count;
    if (t.what == wide_group::kind::sum) {
      made.first_term = static_cast<std::uint32_t>(out_.terms.size()), made.terms = t.terms;
      made.each_apart = count < few && t.terms > count;
      const auto at = [&](std::uint32_t i, std::uint32_t k) { return at_[terms_[task_at(i).first_term + k]]; };
      if (made.each_apart)
        for (std::uint32_t i = 0; i < count; ++i)
          out_.terms.push_back(operand(t.terms, [&](std::uint32_t k) { return at(i, k); }));
      else
        for (std::uint32_t k = 0; k < t.terms; ++k)
          out_.terms.push_back(operand(count, [&](std::uint32_t i) { return at(i, k); }));
    } else {
      const auto all = [&](auto of) {
        return of(t) == none ? wide_operand{wide_operand::kind::back}
                             : operand(count, [&](std::uint32_t i) { return at_[of(task_at(i))]; });
      };
      for (int k = 0; k < t.op->arity; ++k) made.x[k] = all([k](const task& each) { return each.x[k]; });
      if (t.what == wide_group::kind::vjp) {
        made.y = all([](const task& each) { return each.y; });
        made.back = all([](const task& each) { return each.back; });
      }
    }
    out_.groups.push_back(made);
  }

  const code& c_;
  wide_code out_;
  double operands_ = 0;
  number names_ = 0, given_ = 0;
  std::vector<number> now_;           // by slot
  std::vector<std::uint32_t> reads_;  // by slot
  std::vector<open_sum> sums_;        // by slot: of what nobody has asked for yet
  std::vector<link> links_;
  std::vector<task> tasks_;
  std::vector<number> terms_, results_, slopes_;
  std::unordered_map<kind, std::uint32_t, hash_of_kind> kinds_;
  std::vector<std::pair<number, number>> questions_;
  std::vector<std::uint32_t> order_, starts_;  // tasks by group; where groups begin
  std::vector<std::uint32_t> group_of_;        // by task
  std::vector<std::size_t> last_reader_;       // by group
  std::vector<position> at_;                   // by value
};

}  // namespace

auto widen(const code& c, bool always) -> std::optional<wide_code> { return widening(c).run(always); }

}  // namespace seegrad::detail::run
