#include <nn/train/multiply_adds.hpp>

namespace seegrad::nn::detail {

auto multiply_adds(const graph& g, node_id k) -> index_t {
  if (!g.op(k)) return 0;
  const auto name = g.op(k)->name;
  const auto shape = [&](int i) { return g.array_value(g.operands(k)[i]).shape(); };
  const auto each = [&](const dims& w) { return w[0] == 0 ? 0 : elements(w) / w[0]; };
  const auto results = g.array_value(k).size();
  if (name == "linear" || name == "matmul") return results * shape(0).back();
  // Of scores, and of values that they weigh: each a row of products for each position that is looked at.
  if (name == "self_attention") return 2 * results * shape(0)[1];
  // A result of conv2d is a kernel's sum; of its transpose, each number that comes in goes into as many results.
  if (name == "conv2d") return results * each(shape(1));
  if (name == "conv_transpose2d") return elements(shape(0)) * each(shape(1));
  return 0;
}

}  // namespace seegrad::nn::detail
