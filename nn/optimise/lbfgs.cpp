#include <algorithm>
#include <autodiff/array/create.hpp>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nn/optimise/kept_number.hpp>
#include <nn/optimise/lbfgs.hpp>
#include <nn/optimise/line_search.hpp>

namespace seegrad::nn {
namespace {

using vector = std::vector<double>;

auto dot(const vector& a, const vector& b) -> double {
  double part[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= a.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) part[k] += a[i + k] * b[i + k];
  for (; i < a.size(); ++i) part[0] += a[i] * b[i];
  return (part[0] + part[2]) + (part[1] + part[3]);
}
auto largest(const vector& a) -> double {
  double most = 0;
  for (const double x : a) most = std::isnan(x) || std::abs(x) > most ? std::abs(x) : most;
  return most;
}
auto add(vector& a, double k, const vector& b) -> void {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += k * b[i];
}

}  // namespace

/// The loss as a function of one long vector, and where the parameters are on it.
class lbfgs::problem {
 public:
  problem(std::span<parameter* const> list, const std::function<tensor()>& closure) : list_(list), closure_(closure) {
    for (const auto* p : list) {
      if (!is_floating(p->type()))
        throw error(fmt::format("lbfgs: a parameter is {}; only float32 and float64 are trained", name_of(p->type())));
      size_ += static_cast<std::size_t>(p->size());
      start_.push_back(p->value());
    }
    here_ = start_;
  }

  auto size() const -> std::size_t { return size_; }
  auto loss_and_gradient() -> std::pair<double, vector> {
    std::optional<graph> own;
    if (!graph::is_active()) own.emplace();
    const rewind_scope one;
    const auto loss = closure_();
    if (loss.size() != 1)
      throw error(fmt::format("lbfgs: the closure returned {}; a loss is one number", to_string(loss.shape())));
    backward(loss, adjoints::inputs);
    vector gradient;
    gradient.reserve(size_);
    for (const auto* p : list_) {
      const auto g = has_grad(*p) ? grad(*p).cast(float64).contiguous() : zeros(p->shape());
      const auto all = g.elements<double>();
      gradient.insert(gradient.end(), all.begin(), all.end());
    }
    if (gradient.size() != size_) throw error("lbfgs: a parameter changed its shape in the closure");
    return {loss.value().item(), std::move(gradient)};
  }
  /// The parameters at `here` + t * d.
  auto go(double t, const vector& d) -> void {
    const double* step = d.data();
    for (std::size_t i = 0; i < list_.size(); ++i) {
      const auto x = here_[i].contiguous();
      const double* mine = std::exchange(step, step + x.size());
      if (!list_[i]->trainable) continue;
      auto next = array::uninitialized(x.type(), x.shape());
      seegrad::detail::with_floating(x.type(), [&]<class T>(T) {
        const auto from = x.elements<T>();
        const auto to = next.writable<T>();
        for (std::size_t k = 0; k < to.size(); ++k) to[k] = static_cast<T>(static_cast<double>(from[k]) + t * mine[k]);
      });
      *list_[i] = std::move(next);
    }
  }
  /// Where the parameters are now is `here` from now on.
  auto stay() -> void {
    for (std::size_t i = 0; i < list_.size(); ++i) here_[i] = list_[i]->value();
  }
  auto restore() -> void {
    for (std::size_t i = 0; i < list_.size(); ++i) *list_[i] = start_[i];
  }

 private:
  std::span<parameter* const> list_;
  const std::function<tensor()>& closure_;
  std::size_t size_ = 0;
  std::vector<array> start_, here_;
};

lbfgs::lbfgs(const lbfgs_options& o) : options(o) { check_options(); }

auto lbfgs::check_options() const -> void {
  const auto positive = [](double x, std::string_view name) {
    if (!(x >= 0 && std::isfinite(x))) throw error(fmt::format("lbfgs: {} is {}; it is a number from 0 on", name, x));
  };
  positive(options.lr, "lr"), positive(options.tolerance_grad, "tolerance_grad"),
      positive(options.tolerance_change, "tolerance_change");
  positive(static_cast<double>(options.max_iter), "max_iter"),
      positive(static_cast<double>(options.max_eval.value_or(0)), "max_eval");
  if (options.history_size < 1) throw error(fmt::format("lbfgs: history_size is {}; it is at least 1", options.history_size));
}

auto lbfgs::run(std::span<parameter* const> list, const std::function<tensor()>& closure) -> double {
  check_options();
  problem f(list, closure);
  if (f.size() == 0) throw error("lbfgs: the model has no parameters");
  if (memory_.n_iter > 0 && memory_.d.size() != f.size())
    throw error(fmt::format("lbfgs: the parameters have {} numbers, and had {} before; make a new optimiser for another model",
                            f.size(), memory_.d.size()));
  auto m = memory_;
  try {
    const double loss = iterate(f, m);
    memory_ = std::move(m);
    return loss;
  } catch (...) {
    f.restore();
    throw;
  }
}

// The two-loop recursion: d becomes -H g, where H is the estimate of the inverse Hessian.
auto lbfgs::direction(memory& m, const vector& gradient) const -> void {
  vector y = gradient, s = m.d;
  add(y, -1, m.prev_flat_grad);
  for (double& x : s) x *= m.t;
  if (const double ys = dot(y, s); ys > 1e-10) {
    while (m.pairs.size() >= static_cast<std::size_t>(options.history_size)) m.pairs.erase(m.pairs.begin());
    m.h_diag = ys / dot(y, y);
    m.pairs.push_back({std::move(y), std::move(s), 1 / ys});
  }
  vector q = gradient, along(m.pairs.size());
  for (double& x : q) x = -x;
  for (std::size_t i = m.pairs.size(); i-- > 0;) {
    along[i] = dot(m.pairs[i].s, q) * m.pairs[i].ro;
    add(q, -along[i], m.pairs[i].y);
  }
  for (double& x : q) x *= m.h_diag;
  for (std::size_t i = 0; i < m.pairs.size(); ++i) add(q, along[i] - dot(m.pairs[i].y, q) * m.pairs[i].ro, m.pairs[i].s);
  m.d = std::move(q);
}

auto lbfgs::iterate(problem& f, memory& m) const -> double {
  auto [loss, g] = f.loss_and_gradient();
  const double first_loss = loss;
  std::int64_t evaluations = 1;
  ++m.func_evals;
  if (largest(g) <= options.tolerance_grad) return first_loss;
  const auto max_eval =
      options.max_eval.value_or(std::min(options.max_iter, std::numeric_limits<std::int64_t>::max() / 5) * 5 / 4);

  for (std::int64_t i = 1; i <= options.max_iter; ++i) {
    const bool very_first = m.n_iter++ == 0;
    if (very_first) {
      m.d = g, m.h_diag = 1, m.pairs.clear();
      for (double& x : m.d) x = -x;
    } else {
      direction(m, g);
    }
    m.prev_flat_grad = g, m.prev_loss = loss;
    m.t = options.lr;
    if (very_first) {
      double sum = 0;
      for (const double x : g) sum += std::abs(x);
      m.t *= std::min(1.0, 1 / sum);
    }
    const double slope = dot(g, m.d);
    if (slope > -options.tolerance_change) break;

    std::int64_t more = 0;
    if (options.line_search == line_search::strong_wolfe) {
      const auto evaluate = [&](double t) {
        f.go(t, m.d);
        auto [its_loss, its_gradient] = f.loss_and_gradient();
        const double its_slope = dot(its_gradient, m.d);
        return detail::line_point{t, its_loss, std::move(its_gradient), its_slope};
      };
      auto found = detail::strong_wolfe(evaluate, {0, loss, g, slope}, m.t, largest(m.d), options.tolerance_change);
      m.t = found.at.t, loss = found.at.f, g = std::move(found.at.g), more = found.evaluations;
      f.go(m.t, m.d);
    } else {
      f.go(m.t, m.d);
      if (i != options.max_iter) std::tie(loss, g) = f.loss_and_gradient(), more = 1;
    }
    f.stay();
    evaluations += more, m.func_evals += more;

    if (evaluations >= max_eval || largest(g) <= options.tolerance_grad) break;
    if (std::abs(m.t) * largest(m.d) <= options.tolerance_change || std::abs(loss - m.prev_loss) < options.tolerance_change)
      break;
  }
  return first_loss;
}

auto lbfgs::state() const -> std::map<std::string, array> {
  const auto& m = memory_;
  const auto k = static_cast<index_t>(m.pairs.size()), n = static_cast<index_t>(m.d.size());
  vector y, s, ro;
  for (const auto& p : m.pairs) {
    y.insert(y.end(), p.y.begin(), p.y.end()), s.insert(s.end(), p.s.begin(), p.s.end());
    ro.push_back(p.ro);
  }
  return {{"lr", full({}, options.lr)},
          {"n_iter", detail::kept(m.n_iter)},
          {"func_evals", detail::kept(m.func_evals)},
          {"d", array(m.d)},
          {"t", full({}, m.t)},
          {"old_dirs", array(y, {k, n})},
          {"old_stps", array(s, {k, n})},
          {"ro", array(ro)},
          {"H_diag", full({}, m.h_diag)},
          {"prev_flat_grad", array(m.prev_flat_grad)},
          {"prev_loss", full({}, m.prev_loss)}};
}

auto lbfgs::load_state(const std::map<std::string, array>& state) -> void {
  const auto get = [&](const std::string& key) -> const array& {
    const auto at = state.find(key);
    if (at == state.end())
      throw error(fmt::format("lbfgs: load_state: the state has no \"{}\"; it is of another kind of optimiser", key));
    return at->second;
  };
  memory m;
  const auto wanted = [&](const std::string& key, const dims& shape) -> vector {
    const auto& x = get(key);
    if (x.shape() != shape)
      throw error(fmt::format("lbfgs: load_state: \"{}\" is {} and should be {}", key, to_string(x.shape()), to_string(shape)));
    return x.to_vector<double>();
  };
  const auto n = get("d").size(), k = get("ro").size();
  const double lr = wanted("lr", {})[0];
  m.n_iter = detail::kept_count(state, "n_iter", "lbfgs"), m.func_evals = detail::kept_count(state, "func_evals", "lbfgs");
  m.t = wanted("t", {})[0], m.h_diag = wanted("H_diag", {})[0], m.prev_loss = wanted("prev_loss", {})[0];
  m.d = wanted("d", {n}), m.prev_flat_grad = wanted("prev_flat_grad", {n});
  const auto y = wanted("old_dirs", {k, n}), s = wanted("old_stps", {k, n}), ro = wanted("ro", {k});
  for (index_t i = 0; i < k; ++i)
    m.pairs.push_back({vector(y.begin() + i * n, y.begin() + (i + 1) * n), vector(s.begin() + i * n, s.begin() + (i + 1) * n),
                       ro[static_cast<std::size_t>(i)]});
  memory_ = std::move(m), options.lr = lr;
}

}  // namespace seegrad::nn
