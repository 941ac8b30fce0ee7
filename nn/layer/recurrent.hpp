#pragma once
// Recurrent networks over sequences; names, arguments, layouts, gates and first weights are PyTorch's.
//
//   nn::lstm net{28, 128, {.num_layers = 2, .batch_first = true}};
//   auto [output, state] = net(x);                    // x [N, L, 28]; output [N, L, 128], the top layer's h at every step
//   auto [more, last] = net(y, state);                // go on where the first sequence ended
//   nn::gru both{28, 64, {.bidirectional = true}};    // output [L, N, 128]: forward beside backward
//
// x is [L, N, in], or [N, L, in] with batch_first. A state has h and, for lstm, c, of shape [layers * directions, N, hidden];
// without one, zeros. Parameters are weight_ih_l0 [gates * hidden, in], weight_hh_l0 [gates * hidden, hidden], bias_ih_l0,
// bias_hh_l0, and with _reverse behind them those of the way back. What the inputs give to the gates is one product for the whole
// sequence.

#include <nn/layer/dropout.hpp>

namespace seegrad::nn {

struct recurrent_options {
  index_t num_layers = 1;                 ///< each reads what the one before it gave
  bool bias = true, batch_first = false;  ///< whether the gates have biases; whether sequences are [N, L, ..]
  double dropout = 0;                     ///< between layers
  bool bidirectional = false;             ///< each layer reads the sequence backwards, too; results stand side by side
  dtype type = float32;                   ///< of the parameters
};

/// Where a sequence ended: [layers * directions, N, hidden].
struct recurrent_state {
  tensor h, c;  ///< c for lstm only
};
/// What a network gives of a sequence.
struct recurrent_result {
  tensor output;          ///< [L, N, directions * hidden], or with N first: the top layer's h at each step
  recurrent_state state;  ///< from which another call goes on
};

/// What a layer does at each step: h = tanh or relu of a sum, or gates around it.
enum class cell_kind { rnn_tanh, rnn_relu, lstm, gru };

/// What rnn, lstm and gru have in common: everything but the cell.
class recurrent {
 public:
  auto operator()(const tensor& x) const -> recurrent_result { return run(x, nullptr); }
  auto operator()(const tensor& x, const recurrent_state& first) const -> recurrent_result { return run(x, &first); }

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    for (auto& d : self.directions) {
      see(d.names[0], d.weight_ih), see(d.names[1], d.weight_hh), see(d.names[2], d.bias_ih), see(d.names[3], d.bias_hh);
    }
    see("drop", self.drop), see("label", self.label);
  }

  /// One layer read in one direction.
  struct direction {
    std::array<std::string, 4> names;           ///< of the parameters: weight_ih_l0, …
    parameter weight_ih, weight_hh;             ///< [gates * hidden, in] and [gates * hidden, hidden]
    std::optional<parameter> bias_ih, bias_hh;  ///< [gates * hidden] each, unless there are none
  };

  std::vector<direction> directions;  ///< of layer 0, forward and then backward, of layer 1, …
  index_t in, hidden;                 ///< numbers of an element of the sequence, and of h
  recurrent_options options;          ///< as they were given
  cell_kind kind;                     ///< what is done at each step
  nn::dropout drop;                   ///< between layers
  nn::label label;

 protected:
  recurrent(cell_kind kind, index_t in, index_t hidden, const recurrent_options& o, const char* type);

 private:
  auto run(const tensor& x, const recurrent_state* first) const -> recurrent_result;
  auto check(const tensor& x, const recurrent_state* first) const -> void;
  auto along(const tensor& x, const direction& d, bool backward, tensor& h, tensor& c) const -> tensor;
};

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it.
struct rnn : recurrent {
  rnn(index_t width, index_t state, const recurrent_options& o = {}, bool relu = false)
      : recurrent(relu ? cell_kind::rnn_relu : cell_kind::rnn_tanh, width, state, o, "rnn") {}
};
/// Gates i, f, g, o: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c') (Hochreiter and Schmidhuber 1997, with the
/// forget gate of Gers and others).
struct lstm : recurrent {
  lstm(index_t width, index_t state, const recurrent_options& o = {}) : recurrent(cell_kind::lstm, width, state, o, "lstm") {}
};
/// Gates r, z, n: n = tanh(x_n + sigmoid(r) h_n), h' = (1 - sigmoid(z)) n + sigmoid(z) h (Cho and others 2014, in the form of
/// cuDNN and PyTorch).
struct gru : recurrent {
  gru(index_t width, index_t state, const recurrent_options& o = {}) : recurrent(cell_kind::gru, width, state, o, "gru") {}
};

}  // namespace seegrad::nn
