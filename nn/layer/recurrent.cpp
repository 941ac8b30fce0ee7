#include <nn/layer/recurrent.hpp>

#include <fmt/format.h>

namespace seegrad::nn {
namespace {

auto gates_of(cell_kind k) -> index_t { return k == cell_kind::lstm ? 4 : k == cell_kind::gru ? 3 : 1; }

auto gate(const tensor& all, index_t which, index_t hidden) -> tensor {
  return slice(all, -1, which * hidden, (which + 1) * hidden);
}

/// The gates of a gru, of which the last has the state inside: its part of the state is multiplied by another gate.
auto gru_step(const tensor& from_x, const tensor& from_h, const tensor& h, index_t n) -> tensor {
  const function_scope inside("gru_cell");
  const auto two_of_x = slice(from_x, -1, 0, 2 * n), two_of_h = slice(from_h, -1, 0, 2 * n);
  const auto reset_and_keep = seegrad::sigmoid(two_of_x + two_of_h);
  const auto reset = gate(reset_and_keep, 0, n), keep = gate(reset_and_keep, 1, n);
  const auto new_of_x = gate(from_x, 2, n), new_of_h = gate(from_h, 2, n);
  const auto proposed = seegrad::tanh(new_of_x + reset * new_of_h);
  return proposed + keep * (h - proposed);
}

}  // namespace

recurrent::recurrent(cell_kind kind, index_t in, index_t hidden, const recurrent_options& o, const char* type)
    : in(detail::at_least(1, in, "the width of the input", type)),
      hidden(detail::at_least(1, hidden, "the width of the state", type)),
      options(o),
      kind(kind),
      drop((detail::at_least(1, o.num_layers, "the number of layers", type), o.dropout)),
      label(type) {
  constexpr index_t most_layers = 1 << 16;
  if (o.num_layers > most_layers) throw error(fmt::format("{}: {} layers, and {} are the most", type, o.num_layers, most_layers));
  const index_t ways = o.bidirectional ? 2 : 1, rows = gates_of(kind) * hidden;
  for (index_t layer = 0; layer < o.num_layers; ++layer)
    for (index_t way = 0; way < ways; ++way) {
      const auto width = layer == 0 ? in : hidden * ways;
      const auto end = fmt::format("_l{}{}", layer, way == 1 ? "_reverse" : "");
      direction d{{"weight_ih" + end, "weight_hh" + end, "bias_ih" + end, "bias_hh" + end},
                  detail::first_weights({rows, width}, hidden, o.type),
                  detail::first_weights({rows, hidden}, hidden, o.type),
                  {},
                  {}};
      if (o.bias)
        d.bias_ih = detail::first_weights({rows}, hidden, o.type), d.bias_hh = detail::first_weights({rows}, hidden, o.type);
      directions.push_back(std::move(d));
    }
}

auto recurrent::check(const tensor& x, const recurrent_state* first) const -> void {
  const auto who = label.type();
  if (x.rank() != 3 || x.extent(2) != in)
    throw error(fmt::format("{}: {}: a batch of sequences {} of width {} is wanted", who, to_string(x.shape()),
                            options.batch_first ? "[N, L, in]" : "[L, N, in]", in));
  if (x.extent(options.batch_first ? 1 : 0) == 0)
    throw error(fmt::format("{}: {}: the sequence is empty", who, to_string(x.shape())));
  if (!first) return;
  const dims shape{static_cast<index_t>(directions.size()), x.extent(options.batch_first ? 0 : 1), hidden};
  if (first->h.shape() != shape || (kind == cell_kind::lstm && first->c.shape() != shape))
    throw error(fmt::format("{}: {} with a state {}{}: {} is wanted, for layers times directions, samples and width", who,
                            to_string(x.shape()), to_string(first->h.shape()),
                            kind == cell_kind::lstm ? " and " + to_string(first->c.shape()) : "", to_string(shape)));
}

auto recurrent::along(const tensor& x, const direction& d, bool backward, tensor& h, tensor& c) const -> tensor {
  const auto w_ih = d.weight_ih(d.names[0]), w_hh = d.weight_hh(d.names[1]);
  const auto length = x.extent(0);
  // Only a gru needs its two biases apart: that of its last gate is multiplied by another gate.
  tensor all_x, bias_h;
  if (!d.bias_ih) all_x = seegrad::linear(x, w_ih);
  else if (kind == cell_kind::gru) all_x = seegrad::linear(x, w_ih, (*d.bias_ih)(d.names[2])), bias_h = (*d.bias_hh)(d.names[3]);
  else {
    const auto b_ih = (*d.bias_ih)(d.names[2]), b_hh = (*d.bias_hh)(d.names[3]);
    all_x = seegrad::linear(x, w_ih, b_ih + b_hh);
  }
  std::vector<tensor> outputs(static_cast<std::size_t>(length));
  for (index_t k = 0; k < length; ++k) {
    const auto t = backward ? length - 1 - k : k;
    const function_scope step("step", scope_kind::part);
    const auto from_x = take(all_x, t);
    if (kind == cell_kind::gru) {
      const auto from_h = d.bias_ih ? seegrad::linear(h, w_hh, bias_h) : seegrad::linear(h, w_hh);
      h = gru_step(from_x, from_h, h, hidden);
    } else {
      const auto gates = seegrad::linear(h, w_hh, from_x);
      if (kind == cell_kind::lstm) c = lstm_state(gates, c), h = lstm_output(gates, c);
      else h = kind == cell_kind::rnn_tanh ? seegrad::tanh(gates) : seegrad::relu(gates);
    }
    outputs[static_cast<std::size_t>(t)] = unsqueeze(h, 0);
  }
  return concat(outputs, 0);
}

auto recurrent::run(const tensor& given, const recurrent_state* first) const -> recurrent_result {
  const module_place here(label);
  check(given, first);
  const module_scope inside(label);
  auto x = options.batch_first ? swap_axes(given, 0, 1) : given;
  const std::size_t ways = options.bidirectional ? 2 : 1;
  std::vector<tensor> last_h, last_c;
  for (std::size_t k = 0; k < directions.size(); k += ways) {
    std::vector<tensor> beside;
    for (std::size_t way = 0; way < ways; ++way) {
      const auto at = static_cast<index_t>(k + way);
      const tensor zero = zeros({x.extent(1), hidden}, x.type());
      tensor h = first ? take(first->h, at) : zero, c = first && kind == cell_kind::lstm ? take(first->c, at) : zero;
      beside.push_back(along(x, directions[k + way], way == 1, h, c));
      last_h.push_back(h), last_c.push_back(c);
    }
    x = ways == 1 ? beside[0] : concat(beside, -1);
    if (k + ways < directions.size()) x = drop(x);
  }
  recurrent_state state{stack(last_h, 0), {}};
  if (kind == cell_kind::lstm) state.c = stack(last_c, 0);
  return {options.batch_first ? swap_axes(x, 0, 1) : x, state};
}

}  // namespace seegrad::nn
