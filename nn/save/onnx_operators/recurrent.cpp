// Recurrent networks: a whole sequence is one node in the file, and a step after another here.
//
// X [L, N, in], W [ways, gates * n, in], R [ways, gates * n, n], B [ways, 2 * gates * n], lengths [N], first states [ways, N, n]. The results are
// [L, ways, N, n] and the last states [ways, N, n]. With layout = 1, N comes first everywhere but in the weights.

#include <autodiff/ops/table/structural_list.hpp>
#include <nn/module/parameter.hpp>
#include <nn/save/onnx_operator.hpp>

namespace seegrad::nn::detail {
namespace {

using C = const onnx_call&;
using R = onnx_results;
using activation = tensor (*)(const tensor&);

auto activation_of(C c, const std::string& name) -> activation {
  static constexpr std::pair<std::string_view, activation> known[] = {
      {"Sigmoid", [](const tensor& x) -> tensor { return sigmoid(x); }},
      {"Tanh", [](const tensor& x) -> tensor { return tanh(x); }},
      {"Relu", [](const tensor& x) -> tensor { return relu(x); }},
      {"Softsign", [](const tensor& x) -> tensor { return softsign(x); }},
      {"Softplus", [](const tensor& x) -> tensor { return softplus(x); }},
      {"Elu", [](const tensor& x) -> tensor { return elu(x, 1.0); }}};
  for (const auto& [word, f] : known)
    if (word == name) return f;
  c.refuse(fmt::format("the activation '{}' is not read", name));
}

/// What one way through the sequence needs.
struct way {
  tensor w, r;            // [gates * n, in], [gates * n, n]
  tensor bias_w, bias_r;  // [gates * n]
  tensor peepholes;       // [3 * n], or nothing
  std::vector<activation> f;
  bool backward = false;
  index_t width = 0;  // n
};

struct state {
  tensor h, c;
};

/// Rows k * n to (k + 1) * n of weights, or columns of what they gave.
auto gate(const tensor& all, index_t k, index_t n, index_t axis) -> tensor { return slice(all, axis, k * n, (k + 1) * n); }

auto rnn_step(const way& d, const tensor& from_x, const state& s) -> state { return {d.f[0](linear(s.h, d.r, from_x)), {}}; }

// Gates z, r, h.
auto gru_step(const way& d, const tensor& from_x, const state& s, bool reset_after) -> state {
  const auto n = d.width;
  const auto two = d.f[0](slice(from_x, -1, 0, 2 * n) + linear(s.h, slice(d.r, 0, 0, 2 * n), slice(d.bias_r, 0, 0, 2 * n)));
  const auto kept = gate(two, 0, n, -1), reset = gate(two, 1, n, -1);
  const auto r = gate(d.r, 2, n, 0), b = gate(d.bias_r, 2, n, 0);
  const auto from_h = reset_after ? reset * linear(s.h, r, b) : linear(reset * s.h, r, b);
  const auto proposed = d.f[1](gate(from_x, 2, n, -1) + from_h);
  return {proposed + kept * (s.h - proposed), {}};
}

// Gates i, f, c, o, as the library's own cell has them.
auto lstm_step(const way& d, const tensor& from_x, const state& s, bool is_usual) -> state {
  const auto gates = linear(s.h, d.r, from_x);
  if (is_usual) {
    const auto c = lstm_state(gates, s.c);
    return {lstm_output(gates, c), c};
  }
  const auto n = d.width;
  // Peepholes are those of i, o and f: what these gates see of the state.
  const auto seen = [&](index_t k, const tensor& c, const tensor& x) -> tensor {
    return d.peepholes.value().is_null() ? x : x + gate(d.peepholes, k, n, 0) * c;
  };
  const auto in = d.f[0](seen(0, s.c, gate(gates, 0, n, -1))), kept = d.f[0](seen(2, s.c, gate(gates, 1, n, -1)));
  const auto c = kept * s.c + in * d.f[1](gate(gates, 2, n, -1));
  return {d.f[0](seen(1, c, gate(gates, 3, n, -1))) * d.f[2](c), c};
}

// The file has i, o, f, c.
auto in_order_of_cell(const tensor& x, index_t n) -> tensor {
  return concat(std::vector<tensor>{gate(x, 0, n, 0), gate(x, 2, n, 0), gate(x, 3, n, 0), gate(x, 1, n, 0)}, 0);
}

/// What rnn, gru and lstm have in common: everything but the step.
class sequence {
 public:
  sequence(C c, const char* called, index_t gates, std::vector<std::string> usual)
      : c_(c), called_(called), gates_(gates), usual_(std::move(usual)) {
    if (c.has("clip")) c.refuse("its attribute 'clip' is not read");
    const auto direction = c.word("direction", "forward");
    ways_ = direction == "bidirectional" ? 2 : 1;
    is_backward_ = direction == "reverse";
    width_ = c.in(2).rank() == 3 ? c.in(2).extent(2) : 0;
    batch_first_ = c.whole("layout", 0) != 0;
    x_ = c.in(0).rank() == 3 && batch_first_ ? swap_axes(c.in(0), 0, 1) : c.in(0);
    const dims w{ways_, gates * width_, x_.rank() == 3 ? x_.extent(2) : 0}, r{ways_, gates * width_, width_};
    if (x_.rank() != 3 || c.in(1).shape() != w || c.in(2).shape() != r || width_ == 0 || x_.extent(0) == 0)
      c.refuse(fmt::format("{} with weights {} and {}: they do not fit", to_string(c.in(0).shape()), to_string(c.in(1).shape()),
                           to_string(c.in(2).shape())));
    if (c.has(3) && c.in(3).shape() != dims{ways_, 2 * gates * width_})
      c.refuse(fmt::format("a bias {}", to_string(c.in(3).shape())));
    if (const auto* a = c.attribute("activations"); a && !a->texts.empty()) {
      if (a->texts.size() != usual_.size() * static_cast<std::size_t>(ways_))
        c.refuse(fmt::format("{} activations", a->texts.size()));
      is_usual_ = a->texts == repeated_names();
      names_ = a->texts;
    } else names_ = repeated_names();
  }

  auto has_usual_activations() const -> bool { return is_usual_; }

  /// step(way, what x gives to the gates, state) is the next state; of_way(way) changes weights to what the step wants.
  template <class Step, class OfWay>
  auto run(bool has_cell, Step step, OfWay of_way) const -> std::vector<tensor> {
    const function_scope whole(called_);
    std::vector<tensor> outputs, last_h, last_c;
    for (index_t k = 0; k < ways_; ++k) {
      auto d = weights(k);
      of_way(d);
      state s{first(5, k), has_cell ? first(6, k) : tensor()};
      outputs.push_back(along(d, s, step));
      last_h.push_back(s.h), last_c.push_back(s.c);
    }
    std::vector<tensor> all{stack(outputs, 1), stack(last_h, 0)};
    if (has_cell) all.push_back(stack(last_c, 0));
    if (batch_first_) all[0] = permute(all[0], {2, 0, 1, 3});
    for (std::size_t i = 1; batch_first_ && i < all.size(); ++i) all[i] = swap_axes(all[i], 0, 1);
    return all;
  }

 private:
  auto repeated_names() const -> std::vector<std::string> {
    auto all = usual_;
    if (ways_ == 2) all.insert(all.end(), usual_.begin(), usual_.end());
    return all;
  }

  auto weights(index_t k) const -> way {
    const auto rows = gates_ * width_;
    const tensor none = zeros({rows}, c_.in(1).type());
    const auto bias = c_.has(3) ? take(c_.in(3), k) : tensor();
    way d{take(c_.in(1), k),
          take(c_.in(2), k),
          c_.has(3) ? slice(bias, 0, 0, rows) : none,
          c_.has(3) ? slice(bias, 0, rows, 2 * rows) : none,
          {},
          {},
          is_backward_ || k == 1,
          width_};
    if (c_.has(7)) d.peepholes = take(c_.in(7), k);
    for (std::size_t i = 0; i < usual_.size(); ++i)
      d.f.push_back(activation_of(c_, names_[static_cast<std::size_t>(k) * usual_.size() + i]));
    return d;
  }

  auto first(int operand, index_t k) const -> tensor {
    const dims shape{x_.extent(1), width_};
    if (!c_.has(operand)) return zeros(shape, x_.type());
    const auto& all = c_.in(operand);
    const auto expected = batch_first_ ? dims{shape[0], ways_, width_} : dims{ways_, shape[0], width_};
    if (all.shape() != expected)
      c_.refuse(fmt::format("a first state {}, and {} is wanted", to_string(all.shape()), to_string(expected)));
    return take(all, k, batch_first_ ? 1 : 0);
  }

  // A sequence that is over keeps its state and gives zeros; backward, it begins where it ends.
  template <class Step>
  auto along(const way& d, state& s, Step step) const -> tensor {
    const auto length = x_.extent(0);
    const auto all_x = linear(x_, d.w, d.bias_w);
    const bool has_lengths = c_.has(4);
    const tensor lengths = has_lengths ? unsqueeze(c_.in(4), 1) : tensor();
    std::vector<tensor> outputs(static_cast<std::size_t>(length));
    for (index_t k = 0; k < length; ++k) {
      const auto t = d.backward ? length - 1 - k : k;
      const function_scope one("step", scope_kind::part);
      const auto next = step(d, take(all_x, t), s);
      auto& shown = outputs[static_cast<std::size_t>(t)];
      if (has_lengths) {
        const tensor goes_on = lengths > t;
        shown = where(goes_on, next.h, 0.0);
        s.h = where(goes_on, next.h, s.h);
        if (!s.c.value().is_null()) s.c = where(goes_on, next.c, s.c);
      } else s = next, shown = s.h;
    }
    return stack(outputs, 0);
  }

  C c_;
  const char* called_;
  index_t gates_;
  std::vector<std::string> usual_, names_;
  index_t ways_ = 1, width_ = 0;
  bool is_backward_ = false, batch_first_ = false, is_usual_ = true;
  tensor x_;
};

// Only a gru needs the biases of x and of h apart.
auto join_biases(way& d) -> void { d.bias_w = d.bias_w + d.bias_r; }

auto rnn(C c) -> std::vector<tensor> { return sequence(c, "rnn", 1, {"Tanh"}).run(false, rnn_step, join_biases); }

auto gru(C c) -> std::vector<tensor> {
  const bool reset_after = c.whole("linear_before_reset", 0) != 0;
  return sequence(c, "gru", 3, {"Sigmoid", "Tanh"})
      .run(
          false, [=](const way& d, const tensor& x, const state& s) { return gru_step(d, x, s, reset_after); }, [](way&) {});
}

auto lstm(C c) -> std::vector<tensor> {
  if (c.whole("input_forget", 0) != 0) c.refuse("its attribute 'input_forget' is not read");
  const sequence s(c, "lstm", 4, {"Sigmoid", "Tanh", "Tanh"});
  const bool is_usual = s.has_usual_activations() && !c.has(7);
  return s.run(
      true, [=](const way& d, const tensor& x, const state& now) { return lstm_step(d, x, now, is_usual); },
      [](way& d) {
        join_biases(d);
        for (auto* weights : {&d.w, &d.r, &d.bias_w}) *weights = in_order_of_cell(*weights, d.width);
      });
}

// clang-format off
const onnx_operator table[] = {
    {"RNN", 3, [](C c) -> R { return rnn(c); }},
    {"GRU", 3, [](C c) -> R { return gru(c); }},
    {"LSTM", 3, [](C c) -> R { return lstm(c); }},
};
// clang-format on

}  // namespace

auto onnx_recurrent() -> std::span<const onnx_operator> { return table; }

}  // namespace seegrad::nn::detail
