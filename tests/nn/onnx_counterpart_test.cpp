// Every counterpart that ONNX has of an operation, written, and computed by torch and by what is read again, also with another batch than was recorded.

#include <autodiff/array/npz.hpp>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <functional>
#include <nn/layer/layers.hpp>
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/onnx_operator.hpp>
#include <nn/train/predictor.hpp>
#include <set>
#include <sstream>

#include "../file_bytes.hpp"
#include "../numpy_program.hpp"
#include "fixed_numbers.hpp"

namespace {

using function = std::function<tensor(const tensor&)>;

/// Numbers of both signs for an input with this batch; others for another batch.
auto data_for(dims shape, index_t batch, dtype type) -> array {
  if (!shape.empty()) shape[0] = batch;
  generator random(static_cast<std::uint64_t>(batch));
  return uniform(random, shape, -2, 2, type);
}

/// Words of the table in docs/onnx.md; those in bold, if asked.
auto words_of_page(bool bold) -> std::set<std::string> {
  const auto page = bytes_of(std::filesystem::path(NPY_ORACLE).parent_path() / "../../docs/onnx.md");
  auto table = page.substr(page.find("| family |"));
  table = table.substr(0, table.find("\n\n"));
  std::set<std::string> out;
  std::istringstream lines(table);
  std::string line, word;
  for (int i = 0; std::getline(lines, line); ++i) {
    std::istringstream words(i < 2 ? std::string() : line.substr(line.find('|', 1) + 1));
    while (words >> word) {
      const bool is_bold = word.starts_with("**");
      if (word != "|" && (is_bold || !bold)) out.insert(is_bold ? word.substr(2, word.size() - 4) : word);
    }
  }
  return out;
}

/// The page has the operators that are read and, in bold, those that these files have.
auto check_page(const scratch_folder& here) -> void {
  std::set<std::string> read,
      written{"Dropout"};  // which is written where a model is recorded while it trains: its numbers are nobody else's
  for (const auto* o : nn::detail::onnx_operators()) read.insert(std::string(o->name));
  for (const auto& entry : std::filesystem::directory_iterator(here.path))
    if (entry.path().extension() == ".onnx")
      for (const auto& n : nn::detail::read_onnx(bytes_of(entry.path()), {}).nodes) written.insert(n.type);
  const auto both = [](const std::set<std::string>& page, const std::set<std::string>& here) {
    for (const auto& word : page) CHECK_MESSAGE(here.contains(word), word);
    for (const auto& word : here) CHECK_MESSAGE(page.contains(word), word);
  };
  both(words_of_page(false), read);
  both(words_of_page(true), written);
}

/// Between two ways to the same numbers, which round differently where one operation here is several of ONNX's.
auto check_same(const array& y, const array& expected) -> void {
  CHECK(y.type() == expected.type());
  REQUIRE(y.shape() == expected.shape());
  const auto rounding = expected.type() == float32 ? 2e-5 : 1e-12;
  CHECK(all_close(y, expected, rounding, rounding));
}

/// Of the sum of all squares of f(x), by x.
template <class F>
auto gradient_of(const F& f, const array& x) -> array {
  graph g;
  const auto in = input(x);
  const tensor y = f(in);
  backward(sum(square(y)));
  return grad(in);
}

/// Writes the model, and what it gives for the batch it was recorded with and for another; and reads it again.
auto write_case(const scratch_folder& to, const std::string& name, const dims& shape, dtype type, bool dynamic, const function& f)
    -> void {
  CAPTURE(name);
  const auto x = data_for(shape, shape.empty() ? 1 : shape[0], type);
  {
    graph g;
    const auto in = input(x, "x");
    const auto y = f(in);
    nn::save_onnx(to / (name + ".onnx"), y, {{"x", in}}, {.dynamic_batch = dynamic});
    save_npz(to / (name + ".recorded.npz"), {{"x", x}, {"output", y.value()}});
  }
  const auto model = nn::load_onnx(to / (name + ".onnx"));
  check_same(model(x).value(), f(x).value());
  // ONNX has no operator through which no derivative passes, so that it is lost on the way.
  const bool has_same_slope = name != "stop_gradient";
  if (has_same_slope) check_same(gradient_of(model, x), gradient_of(f, x));
  if (!dynamic) return;
  const auto other = data_for(shape, 5, type);
  save_npz(to / (name + ".other.npz"), {{"x", other}, {"output", f(other).value()}});
  check_same(model(other).value(), f(other).value());
  if (has_same_slope) check_same(gradient_of(model, other), gradient_of(f, other));
}

}  // namespace

TEST_CASE("what was recorded is computed from the file, here and by torch, with its batch and with another") {
  scratch_folder here;
  const auto both = [&](const std::string& name, const dims& shape, const function& f, dtype type = float64) {
    write_case(here, name, shape, type, true, f);
  };
  const auto once = [&](const std::string& name, const dims& shape, const function& f) {
    write_case(here, name, shape, float64, false, f);
  };

  // Element by element: each function on its own, so that none hides behind another.
  const std::pair<std::string, tensor (*)(const tensor&)> unary[] = {
      {"neg", [](const tensor& x) -> tensor { return -x; }},
      {"exp", [](const tensor& x) -> tensor { return exp(x); }},
      {"log", [](const tensor& x) -> tensor { return log(x + 3.0); }},
      {"sqrt", [](const tensor& x) -> tensor { return sqrt(x + 3.0); }},
      {"square", [](const tensor& x) -> tensor { return square(x); }},
      {"tanh", [](const tensor& x) -> tensor { return tanh(x); }},
      {"sigmoid", [](const tensor& x) -> tensor { return sigmoid(x); }},
      {"relu", [](const tensor& x) -> tensor { return relu(x); }},
      {"leaky_relu", [](const tensor& x) -> tensor { return leaky_relu(x, 0.1); }},
      {"elu", [](const tensor& x) -> tensor { return elu(x, 1.3); }},
      {"gelu", [](const tensor& x) -> tensor { return gelu(x); }},
      {"silu", [](const tensor& x) -> tensor { return silu(x); }},
      {"mish", [](const tensor& x) -> tensor { return mish(x); }},
      {"softplus", [](const tensor& x) -> tensor { return softplus(x * 30.0); }},
      {"softsign", [](const tensor& x) -> tensor { return softsign(x); }},
      {"log_sigmoid", [](const tensor& x) -> tensor { return log_sigmoid(x * 30.0); }},
      {"erf", [](const tensor& x) -> tensor { return erf(x); }},
      {"erfc", [](const tensor& x) -> tensor { return erfc(x); }},
      {"abs", [](const tensor& x) -> tensor { return abs(x); }},
      {"sign", [](const tensor& x) -> tensor { return sign(x); }},
      {"step", [](const tensor& x) -> tensor { return step(x); }},
      {"floor", [](const tensor& x) -> tensor { return floor(x); }},
      {"ceil", [](const tensor& x) -> tensor { return ceil(x); }},
      {"round", [](const tensor& x) -> tensor { return round(floor(x * 2.0) * 0.5); }},
      {"trunc", [](const tensor& x) -> tensor { return trunc(x); }},
      {"exp2", [](const tensor& x) -> tensor { return exp2(x); }},
      {"expm1", [](const tensor& x) -> tensor { return expm1(x); }},
      {"log2", [](const tensor& x) -> tensor { return log2(x + 3.0); }},
      {"log10", [](const tensor& x) -> tensor { return log10(x + 3.0); }},
      {"log1p", [](const tensor& x) -> tensor { return log1p(x + 3.0); }},
      {"cbrt", [](const tensor& x) -> tensor { return cbrt(x); }},
      {"sin", [](const tensor& x) -> tensor { return sin(x); }},
      {"cos", [](const tensor& x) -> tensor { return cos(x); }},
      {"tan", [](const tensor& x) -> tensor { return tan(x * 0.5); }},
      {"asin", [](const tensor& x) -> tensor { return asin(x * 0.4); }},
      {"acos", [](const tensor& x) -> tensor { return acos(x * 0.4); }},
      {"atan", [](const tensor& x) -> tensor { return atan(x); }},
      {"sinh", [](const tensor& x) -> tensor { return sinh(x); }},
      {"cosh", [](const tensor& x) -> tensor { return cosh(x); }},
      {"asinh", [](const tensor& x) -> tensor { return asinh(x); }},
      {"acosh", [](const tensor& x) -> tensor { return acosh(x + 4.0); }},
      {"atanh", [](const tensor& x) -> tensor { return atanh(x * 0.4); }},
  };
  for (const auto& [name, f] : unary) both(name, {2, 3}, f);
  for (const auto& [name, f] : unary)
    if (name == "elu" || name == "leaky_relu" || name == "gelu") both(name + "_float32", {2, 3}, f, float32);

  const auto w = fixed({3});
  both("binary", {2, 3}, [&](const tensor& x) -> tensor { return (x + 1.5) * w - x / (x * x + 2.0) - 0.5; });
  both("power", {2, 3}, [&](const tensor& x) -> tensor { return pow(abs(x) + 0.1, w) + pow(x, 2.0); });
  both("extremes", {2, 3}, [&](const tensor& x) -> tensor { return minimum(x, w) + 2.0 * maximum(x, 0.25); });
  both("clamp", {2, 3}, [&](const tensor& x) -> tensor { return clamp(x, -0.5, 1.0) + clamp(x, w - 1.0, w); });
  both("fma", {2, 3}, [&](const tensor& x) -> tensor { return fma(x, tensor(w), x); });
  both("hypot", {2, 3}, [&](const tensor& x) -> tensor { return hypot(x, w); });
  both("logaddexp", {2, 3}, [&](const tensor& x) -> tensor { return logaddexp(x * 50.0, w); });
  both("fmod", {2, 3}, [&](const tensor& x) -> tensor { return fmod(x, 0.75); });
  both("masks", {2, 3}, [&](const tensor& x) -> tensor {
    return where(((x > 0.1) & !(x >= 1.5)) | ((x < -1.0) ^ isnan(x)), x, -2.0 * x) +
           where(x <= 0.3, 1.0, where(x == 0.5, 2.0, 3.0)) + where((x != 0.5) | isinf(x), x, 0.0) + where(isfinite(x), x, 0.0);
  });
  once("topk", {3, 4}, [](const tensor& x) -> tensor { return topk(x, 2).values; });
  both("logsumexp", {2, 3}, [](const tensor& x) -> tensor { return logsumexp(x, 1); });
  both("norm", {2, 3}, [](const tensor& x) -> tensor { return norm(x, 1); });
  once("argmax", {2, 3}, [](const tensor& x) -> tensor {
    return x * cast(argmax(x, 1, keep_axes), float32) + cast(argmin(x, 1, keep_axes), float32);
  });
  both("where", {2, 3}, [&](const tensor& x) -> tensor { return where(array{true, false, true}, x, -2.0 * x); });
  both("slopes", {2, 3}, [&](const tensor& x) -> tensor { return leaky_relu(x, w) + elu(x, w); });
  both(
      "mixed_types", {2, 3}, [&](const tensor& x) -> tensor { return (x * 2.0 + fixed({3})) * fixed({3}, float32); }, float32);
  both("cast", {2, 3}, [&](const tensor& x) -> tensor { return cast(x * 3.0, float32); });
  both("uniform_rows", {2, 3}, [&](const tensor& x) -> tensor {
    return x * zeros({x.extent(0), 1}) + exp(tensor(ones(x.shape())));
  });
  once("scalars", {3}, [&](const tensor& x) -> tensor {
    const scalar s = item(sum(x)), t = s * s + 1.0;
    return x * t;
  });

  // Shapes.
  both("reshape", {2, 3, 4}, [](const tensor& x) -> tensor { return reshape(x, {x.extent(0), 2, 6}) * 2.0; });
  both("flatten", {2, 3, 4}, [](const tensor& x) -> tensor { return flatten(x, 1); });
  both("merged", {2, 3, 4}, [](const tensor& x) -> tensor {
    const auto rows = reshape(x, {-1, 4});
    return reshape(tanh(rows) * array{1.0, 2.0, 3.0, 4.0}, {x.extent(0), 3, 2, 2});
  });
  both("permute", {2, 3, 4}, [](const tensor& x) -> tensor { return permute(x, {2, 0, -2}); });
  both("merged_behind", {2, 3, 4}, [](const tensor& x) -> tensor { return reshape(permute(x, {1, 0, 2}), {-1, 4}); });
  both("through_the_middle", {2, 3, 4}, [](const tensor& x) -> tensor {
    const auto turned = permute(x, {1, 0, 2});
    return permute(reshape(reshape(turned, {-1, 4}), turned.shape()), {1, 2, 0});
  });
  both("squeeze", {2, 1, 3}, [](const tensor& x) -> tensor { return unsqueeze(squeeze(x, 1), 0) + squeeze(x); });
  both("expand", {2, 1, 3}, [](const tensor& x) -> tensor { return expand(x, {4, x.extent(0), 5, 3}); });
  both("slice", {2, 7}, [](const tensor& x) -> tensor {
    return slice(x, 1, 1, 6, 2) + slice(x, -1, -1, -9, -3) + slice(x, 1, 0, 3) + unsqueeze(take(x, -2, 1), 1) +
           slice(x, 1, 6, 3, -1);
  });
  both("pad", {2, 3, 2}, [](const tensor& x) -> tensor {
    return pad(x, {0, 1, 2}, {0, 0, 1}) + pad(x, {0, 0, 2}, {0, 1, 1}, 4);
  });
  both("concat", {2, 3}, [](const tensor& x) -> tensor {
    return concat(std::vector<tensor>{x, x * 2.0, slice(x, 1, 0, 1)}, -1);
  });
  both("stack", {2, 3}, [](const tensor& x) -> tensor { return stack(std::vector<tensor>{x, exp(x)}, 1); });
  both("flip", {2, 3, 2}, [](const tensor& x) -> tensor { return flip(x, {1, -1}); });
  both("roll", {2, 5}, [](const tensor& x) -> tensor { return roll(x, 2, 1) + roll(roll(x, -1, 1), 10, -1); });
  both("triangles", {2, 3, 4}, [](const tensor& x) -> tensor { return tril(x, 1) - triu(x, -1); });
  both("tile", {2, 3}, [](const tensor& x) -> tensor { return tile(x, {1, 2}) + repeat(x, 2, 1); });
  both("take", {2, 4, 3}, [](const tensor& x) -> tensor { return take(x, array{{2, -1}, {0, 2}}, 1); });
  once("gather", {2, 3}, [](const tensor& x) -> tensor { return gather(x, array{{0, 2}, {1, 0}}, 1); });
  once("sort", {4, 3}, [](const tensor& x) -> tensor { return sort(x, 0).values; });

  // Over axes.
  both("reductions", {2, 3, 4}, [](const tensor& x) -> tensor {
    return sum(x, 1) + mean(x, {1}) + max(x, {1}) * 2.0 + min(x, {-2}) + prod(x, 1) + unsqueeze(sum(x, {1, 2}), 1);
  });
  both("reductions_kept", {2, 3, 4}, [](const tensor& x) -> tensor {
    return max(x, {1, 2}, keep_axes) - min(x, 2, keep_axes) * prod(x, {2}, keep_axes);
  });
  both("behind_sums", {3, 2, 4}, [](const tensor& x) -> tensor { return sum(permute(x, {1, 2, 0}), {0, 1}) * 2.0; });
  both("statistics", {2, 6},
       [](const tensor& x) -> tensor { return (x - mean(x, 1, keep_axes)) / sqrt(var(x, 1, keep_axes) + 1e-5); });
  both("softmax", {2, 3, 4}, [](const tensor& x) -> tensor { return softmax(x, 1) + log_softmax(x) + softmax(x, 0); });
  both("cumsum", {2, 5}, [](const tensor& x) -> tensor { return cumsum(x, 1); });
  once("all", {2, 3}, [](const tensor& x) -> tensor { return sum(x) + logsumexp(x) + norm(x); });

  once("log_softmax_at", {2, 3, 4}, [](const tensor& x) -> tensor {
    const array at{{{0, 1, 2, 1}, {2, 2, 2, 0}}, {{1, 1, 0, 0}, {0, 0, 1, 2}}};
    return log_softmax_at(x, at.cast(int64), 1) + log_softmax_at(x, at.cast(int64), -2);
  });
  both("self_attention", {2, 5, 12}, [](const tensor& x) -> tensor {
    return self_attention(x, 2) + self_attention(x, 1, {.causal = true, .added = fixed({5, 5})});
  });
  both("stop_gradient", {2, 3}, [](const tensor& x) -> tensor { return x * stop_gradient(x); });

  nn::manual_seed(3);
  nn::sequential net{nn::linear{3, 5, {.type = float64}}, nn::tanh{}, nn::linear{5, 2, {.type = float64}}};
  const auto predict = nn::compile(net, zeros({2, 3}));
  once("predictor", {2, 3}, [&](const tensor& x) -> tensor { return predict.record(x); });

  // Products.
  const auto A = fixed({3, 4}), B = fixed({2, 3}), C = fixed({4});
  both("matmul", {2, 3}, [&](const tensor& x) -> tensor { return matmul(x, A); });
  both("matmul_left", {2, 3}, [&](const tensor& x) -> tensor { return matmul(B, transpose(x)); });
  both("matmul_batches", {2, 3, 4}, [&](const tensor& x) -> tensor { return matmul(matmul(B, x), transpose(x)); });
  both("matmul_vectors", {2, 3, 4}, [&](const tensor& x) -> tensor {
    return matmul(fixed({3}), x) + matmul(matmul(x, C), fixed({3, 4}));
  });
  both("matmul_outer_stack", {2, 3, 4}, [&](const tensor& x) -> tensor { return matmul(unsqueeze(x, 1), fixed({5, 4, 2})); });
  both("einsum", {2, 3, 4}, [&](const tensor& x) -> tensor { return einsum("bij,bkj->bik", std::vector<tensor>{x, x * 2.0}); });

  // Windows.
  const auto kernels = fixed({4, 2, 3, 2}), grouped = fixed({4, 1, 3, 3}), lines = fixed({3, 2, 3});
  both("conv2d", {2, 2, 6, 5}, [&](const tensor& x) -> tensor {
    return conv2d(x, kernels, C, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}});
  });
  both("conv2d_groups", {2, 2, 5, 5}, [&](const tensor& x) -> tensor { return conv2d(x, grouped, {.groups = 2}); });
  both("conv1d", {2, 2, 9}, [&](const tensor& x) -> tensor { return conv1d(x, lines, fixed({3}), {.stride = 2, .padding = 1}); });
  both("conv_transpose2d", {2, 4, 3, 4}, [&](const tensor& x) -> tensor {
    return conv_transpose2d(x, kernels, {.stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}});
  });
  both("conv_transpose2d_groups", {2, 4, 3, 4},
       [&](const tensor& x) -> tensor { return conv_transpose2d(x, grouped, {.dilation = 2, .groups = 2}); });
  both("max_pool", {2, 2, 7, 6}, [](const tensor& x) -> tensor {
    return max_pool2d(x, {3, 2}, {.stride = 2, .padding = {1, 1}, .ceil_mode = true}) +
           max_pool2d(x, {3, 2}, {.stride = 2, .padding = 1});
  });
  both("max_pool_dilated", {2, 1, 8, 7},
       [](const tensor& x) -> tensor { return max_pool2d(x, 2, {.stride = 3, .dilation = 2, .ceil_mode = true}); });
  both("avg_pool", {2, 2, 6, 6}, [](const tensor& x) -> tensor {
    return avg_pool2d(x, 3, {.stride = 2, .padding = 1}) +
           avg_pool2d(x, 3, {.stride = 2, .padding = 1, .count_include_pad = false});
  });
  both("pool1d", {2, 3, 8}, [](const tensor& x) -> tensor { return max_pool1d(x, 2) - avg_pool1d(x, 2); });
  both("adaptive", {2, 2, 6, 4}, [](const tensor& x) -> tensor {
    return adaptive_avg_pool2d(x, {3, 2}) + adaptive_avg_pool2d(x, 1);
  });

  // Whole networks of layers.
  nn::manual_seed(3);
  nn::sequential image_net{nn::conv2d{1, 4, 3, {.padding = 1}},
                           nn::batch_norm{4},
                           nn::relu{},
                           nn::max_pool2d{2},
                           nn::flatten{},
                           nn::linear{64, 10},
                           nn::dropout{0.5},
                           nn::log_softmax{}};
  nn::eval(image_net);
  both(
      "images", {2, 1, 8, 8}, [&](const tensor& x) -> tensor { return image_net(x); }, float32);
  nn::transformer_encoder_layer block{8, 2, {.dim_feedforward = 16, .gelu = true, .batch_first = true}};
  nn::eval(block);
  both(
      "transformer", {2, 3, 8}, [&](const tensor& x) -> tensor { return block(x, {.is_causal = true}); }, float32);
  // Its first state is zeros of the recorded batch, which are the same for every member.
  nn::lstm steps{3, 4, {.batch_first = true}};
  both(
      "lstm", {2, 3, 3}, [&](const tensor& x) -> tensor { return steps(x).output; }, float32);

  // Tokens: an index that is an input.
  nn::embedding table{10, 4};
  const auto tokens = [&](index_t batch) {
    generator random(static_cast<std::uint64_t>(batch));
    return randint(random, {batch, 3}, 0, 10);
  };
  {
    graph g;
    const tensor x = tokens(2);
    const auto y = mean(table(x), 1);
    nn::save_onnx(here / "tokens.onnx", y, {{"x", x}}, {.dynamic_batch = true});
    const auto model = nn::load_onnx(here / "tokens.onnx");
    check_same(model(x).value(), y.value());
    check_same(model(tensor(tokens(5))).value(), mean(table(tensor(tokens(5))), 1).value());
    save_npz(here / "tokens.recorded.npz", {{"x", x.value()}, {"output", y.value()}});
  }
  save_npz(here / "tokens.other.npz", {{"x", tokens(5)}, {"output", mean(table(tensor(tokens(5))), 1).value()}});

  check_page(here);

  const auto python = python_with_numpy();
  if (python.empty() || std::system((python + " -c 'import onnx, torch' 2> /dev/null").c_str()) != 0) {
    MESSAGE("onnx or torch is not installed for Python: its side is skipped");
    return;
  }
  CHECK(oracle("check", here.path));
}
