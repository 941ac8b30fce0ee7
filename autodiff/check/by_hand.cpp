#include <autodiff/check/check.hpp>

#include <algorithm>
#include <autodiff/check/parts.hpp>
#include <autodiff/derive/reverse.hpp>
#include <fmt/format.h>
#include <optional>

namespace seegrad::detail {
namespace {

class by_hand {
 public:
  by_hand(const function_under_test& f, const std::vector<double>& claimed, const std::vector<double>& x,
          const check_options& options)
      : f_(f), claimed_(claimed), x_(x), options_(options) {}

  auto run() -> check_report {
    value_ = f_.traced ? record() : f_.plain(x_);
    for (std::size_t i = 0; i < x_.size(); ++i) {
      const auto n = report_.by.size();
      report_.by.push_back(n < options_.names.size() ? options_.names[n] : fmt::format("x[{}]", n));
    }
    for (std::size_t i = 0; i < x_.size(); ++i) add(i, test_element(i));
    report_.by_hand = true;
    report_.subject = "f";
    return std::move(report_);
  }

 private:
  // f, recorded in a graph of its own, with the reverse sweep's gradient and how far rounding may carry it.
  auto record() -> double {
    g_.emplace();
    std::vector<scalar> in;
    for (double v : x_) in.push_back(input(v));
    const auto y = f_.traced(in);
    truth_.assign(x_.size(), 0);
    round_off_ = truth_;
    if (y.is_constant()) return y.value();
    backward(y);
    top_ = g_->id(y.ref(), "check");
    for (node_id k = 0; k <= top_; ++k) {
      adjoints_.push_back(g_->adjoint(k));
      if (const auto e = 4 * std::numeric_limits<double>::epsilon() * adjoints_[k] * g_->value(k);
          !g_->is_leaf(k) && std::isfinite(e))
        noise_ = std::hypot(noise_, e);
    }
    const auto rounding = rounding_of_adjoints(*g_, top_, leading_to(*g_, top_));
    for (node_id i = 0; i < x_.size(); ++i)
      if (i <= top_) truth_[i] = adjoints_[i], round_off_[i] = rounding[i];
    return y.value();
  }

  auto evaluate(const std::vector<double>& x) const -> double {
    if (f_.plain) return f_.plain(x);
    const graph apart;
    std::vector<scalar> in;
    for (double v : x) in.push_back(input(v));
    return f_.traced(in).value();
  }

  auto measure(std::size_t i, double claimed, double round_off) const -> test_result {
    auto at = x_;
    auto along = [&](double t) { return at[i] = t, evaluate(at); };
    return test_fully({.f = along,
                       .x = x_[i],
                       .value = value_,
                       .claimed = claimed,
                       .tolerance = options_.tolerance,
                       .noise = noise_,
                       .round_off = round_off});
  }

  auto test_element(std::size_t i) const -> test_result {
    if (truth_.empty()) return with_words(i, measure(i, claimed_[i], 0));
    auto a = measure(i, truth_[i], round_off_[i]);
    // Where the two ways to the truth do not agree, the differences have the word: they ask f itself.
    if (a.what == verdict::fail || a.what == verdict::kink) return with_words(i, measure(i, claimed_[i], round_off_[i]));
    if (a.what == verdict::non_finite) return a.measured = truth_[i], a;
    const bool confirmed = a.what == verdict::pass;
    a.measured = truth_[i];
    a.method = confirmed ? "reverse sweep, ridders" : "reverse sweep";
    a.detail = confirmed ? "" : "the reverse sweep could not be confirmed by differences";
    const auto allowed = 4 * round_off_[i] + options_.tolerance * std::max(std::abs(claimed_[i]), std::abs(truth_[i]));
    a.what = std::abs(claimed_[i] - truth_[i]) <= allowed ? verdict::pass : verdict::fail;
    return with_words(i, std::move(a));
  }

  auto with_words(std::size_t i, test_result a) const -> test_result {
    if (!std::isfinite(claimed_[i]) && std::isfinite(a.measured)) a.what = verdict::fail;
    if (a.what != verdict::fail) return a;
    auto said = fmt::format("you say {:.6g}; it is {:.6g}", claimed_[i], a.measured);
    if (const auto hint = recognise(i, a.measured); !hint.empty()) said += ": " + hint;
    a.detail = said + (a.detail.empty() || a.detail == describe_mismatch(claimed_[i], a.measured) ? "" : "; " + a.detail);
    return a;
  }

  auto recognise(std::size_t i, double measured) const -> std::string {
    const auto near = [&](double other) { return std::abs(other - claimed_[i]) <= 1e-6 * std::abs(other); };
    if (!std::isfinite(claimed_[i]) || claimed_[i] == 0 || measured == 0 || near(-measured))
      return describe_mismatch(claimed_[i], measured);
    if (!adjoints_.empty())
      if (const auto hint = one_use_only(contributions(*g_, top_, adjoints_, static_cast<node_id>(i)), claimed_[i]);
          !hint.empty())
        return hint;
    for (std::size_t j = 0; j < truth_.size(); ++j)
      if (j != i && truth_[j] != 0 && near(truth_[j])) return fmt::format("this is the derivative by {}", report_.by[j]);
    return describe_mismatch(claimed_[i], measured);
  }

  auto add(std::size_t i, test_result a) -> void {
    ++report_.whole[static_cast<std::size_t>(a.what)];
    report_.marks.emplace_back(static_cast<node_id>(i), a.what);
    finding f;
    f.node = static_cast<node_id>(i), f.name = report_.by[i], f.operation = "gradient";
    f.what = a.what;
    f.claimed = claimed_[i], f.measured = a.measured, f.error_estimate = a.error,
    f.difference = std::abs(claimed_[i] - a.measured);
    f.method = a.method, f.detail = std::move(a.detail);
    report_.findings.push_back(std::move(f));
  }

  const function_under_test& f_;
  const std::vector<double>&claimed_, &x_;
  const check_options& options_;
  check_report report_;
  std::optional<graph> g_;
  node_id top_ = 0;
  std::vector<double> truth_, round_off_, adjoints_;
  double value_ = 0, noise_ = 0;
};

}  // namespace

auto check_by_hand(const function_under_test& f, const std::vector<double>& claimed, const std::vector<double>& x,
                   const check_options& options) -> check_report {
  if (claimed.size() != x.size())
    throw error(fmt::format("check: {} variables, but the gradient by hand has {} elements; give one for each variable", x.size(),
                            claimed.size()));
  auto report = by_hand(f, claimed, x, options).run();
  finish(report, options);
  return report;
}

}  // namespace seegrad::detail
