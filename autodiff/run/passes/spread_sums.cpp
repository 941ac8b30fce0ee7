#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>
#include <autodiff/run/passes/rewriting.hpp>

namespace seegrad::detail::run {
namespace {

class spreading : rewriting {
 public:
  explicit spreading(code& c) : rewriting(c), reads_(count_reads(c)), sum_of_(c.slots, none) {}

  auto run() -> void {
    find_sums();
    go_through([&](const instruction& i) {
      const auto number = sum_of(i.to);
      if (number == none || sums_[number].terms < fewest_terms) return keep(i);
      auto& s = sums_[number];
      for (const auto x : {i.x[0], i.x[1]})
        if (sum_of(x) != number) add(i, s, x);
      if (s.last == i.to) put_together(i, s.parts);
    });
  }

 private:
  static constexpr auto none = ~std::uint32_t{0};
  static constexpr std::size_t fewest_terms = 16;

  struct sum {
    slot last;  // that holds it
    std::size_t terms = 1, taken = 0;
    std::vector<slot> parts = {};

    // So many partial sums do not wait for each other; those of a very long one are worth computing side by side.
    auto width() const -> std::size_t { return terms >= 1024 ? 64 : terms >= 64 ? 8 : 4; }
  };

  /// The number of the sum that a slot holds, or a part of.
  auto sum_of(slot s) const -> std::uint32_t { return s < sum_of_.size() ? sum_of_[s] : none; }

  // A sum goes on in the addition that is its only reader; of two in the longer one.
  auto find_sums() -> void {
    for (const auto& i : c_.instructions) {
      if (!is_value<add_op>(i)) continue;
      auto number = none;
      for (const auto x : {i.x[0], i.x[1]})
        if (sum_of(x) != none && reads_[x] == 1 && (number == none || sums_[sum_of(x)].terms > sums_[number].terms))
          number = sum_of(x);
      if (number == none) number = static_cast<std::uint32_t>(sums_.size()), sums_.push_back({i.to});
      sum_of_[i.to] = number;
      sums_[number].last = i.to, ++sums_[number].terms;
    }
  }

  // Terms are taken in turn.
  auto add(const instruction& i, sum& s, slot term) -> void {
    const auto part = s.taken++ % s.width();
    if (part == s.parts.size()) s.parts.push_back(term);
    else s.parts[part] = value<add_op>(i, s.parts[part], term);
  }
  auto put_together(const instruction& i, std::vector<slot>& parts) -> void {
    for (auto left = parts.size(); left > 2; left = (left + 1) / 2)
      for (std::size_t k = 0; k < left / 2; ++k) parts[k] = value<add_op>(i, parts[k], parts[left - 1 - k]);
    value_in<add_op>(i.to, i, parts[0], parts[1]);
  }

  std::vector<std::uint32_t> reads_, sum_of_;  // by slot
  std::vector<sum> sums_;
};

}  // namespace

auto spread_sums(code& values) -> void { spreading(values).run(); }

}  // namespace seegrad::detail::run
