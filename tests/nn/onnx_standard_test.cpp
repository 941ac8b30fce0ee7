// Operators as their standard has them: the cases that come with ONNX, where Debian's libonnx-testdata is installed.

#include <algorithm>
#include <autodiff/array/array.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <nn/save/onnx_module.hpp>
#include <nn/save/onnx_operator.hpp>
#include <set>

#include "../file_bytes.hpp"
#include "../message.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

const fs::path cases = "/usr/share/libonnx-testdata/data";

// Cases whose results are not those of the standard. float16 and bfloat16 become float32 here and are not rounded; what dropout draws nobody else draws,
// and the file leaves it to an input whether it does; windows of Hann, Hamming and Blackman were made with 3.1415 for pi; what a bicubic
// grid reads is given with four digits; and corners are aligned to an
// extent that is no whole number, where PyTorch and ONNX Runtime have the extent of the result.
const std::set<std::string> known_to_differ{"test_cast_DOUBLE_to_FLOAT16",
                                            "test_cast_FLOAT_to_BFLOAT16",
                                            "test_cast_FLOAT_to_FLOAT16",
                                            "test_castlike_DOUBLE_to_FLOAT16",
                                            "test_castlike_DOUBLE_to_FLOAT16_expanded",
                                            "test_castlike_FLOAT_to_FLOAT16",
                                            "test_castlike_FLOAT_to_FLOAT16_expanded",
                                            "test_gridsample_bicubic",
                                            "test_resize_downsample_scales_cubic_align_corners",
                                            "test_resize_downsample_scales_linear_align_corners",
                                            "test_training_dropout",
                                            "test_training_dropout_default",
                                            "test_training_dropout_default_mask",
                                            "test_training_dropout_mask",
                                            "test_blackmanwindow_expanded",
                                            "test_blackmanwindow_symmetric_expanded",
                                            "test_hammingwindow_expanded",
                                            "test_hammingwindow_symmetric_expanded",
                                            "test_hannwindow_expanded",
                                            "test_hannwindow_symmetric_expanded"};

/// Ways to say that a model is beyond what is read.
const std::string_view known_refusals[] = {
    "it needs operators that are not read",
    "elements of text are not read",
    "sequences and maps are not read",
    "and no volumes",
    "are of version (opset) 1,",
    "it does not say which version",
    "as only versions before 7 can",
    "by the statistics of the batch; export the model in eval mode",
    "the reduction 'mul' is not read",
    "is int64 [3x4], and the model has: input float32",  // bfloat16 that the case gives as whole numbers
    "is int64 [1], and the model has: input float32"};

// Of no case at all, or of one of version 1: those are in onnx/make.py.
const std::set<std::string> without_case{
    "Gelu", "GlobalAveragePool", "GlobalMaxPool", "GroupNormalization", "LpNormalization", "Mish", "Not", "Softsign"};

auto numbered(const fs::path& folder, const char* what) -> std::vector<array> {
  std::vector<array> all;
  for (int i = 0; fs::exists(folder / fmt::format("{}_{}.pb", what, i)); ++i)
    all.push_back(nn::detail::read_onnx_tensor(bytes_of(folder / fmt::format("{}_{}.pb", what, i)), folder).value);
  return all;
}

auto agrees(const array& y, const array& expected) -> bool {
  if (y.shape() != expected.shape()) return false;
  if (!expected.is_floating()) return identical(y.cast(float64), expected.cast(float64));
  const auto a = y.cast(float64).contiguous(), b = expected.cast(float64).contiguous();
  for (index_t i = 0; i < a.size(); ++i) {
    const auto u = a.data<double>()[i], v = b.data<double>()[i];
    const bool same = u == v || (std::isnan(u) && std::isnan(v));
    if (!same && !(std::abs(u - v) <= 1e-5 + 1e-4 * std::abs(v))) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the standard's own cases") {
  if (!fs::exists(cases)) {
    MESSAGE("libonnx-testdata is not installed: skipped");
    return;
  }
  int right = 0;
  std::set<std::string> confirmed;
  for (const auto* family : {"node", "simple", "pytorch-converted", "pytorch-operator"})
    for (const auto& entry : fs::directory_iterator(cases / family)) {
      const auto name = entry.path().filename().string();
      CAPTURE(name);
      try {
        const auto model = nn::load_onnx(entry.path() / "model.onnx");
        const auto folder = entry.path() / "test_data_set_0";
        std::vector<tensor> inputs;
        for (const auto& x : numbered(folder, "input")) inputs.emplace_back(x);
        const auto expected = numbered(folder, "output");
        const auto results = model.results(inputs);
        bool is_right = results.size() == expected.size();
        for (std::size_t i = 0; is_right && i < results.size(); ++i) is_right = agrees(results[i].value(), expected[i]);
        CHECK(is_right != known_to_differ.contains(name));
        right += is_right;
        for (const auto& n : nn::detail::read_onnx(bytes_of(entry.path() / "model.onnx"), {}).nodes) confirmed.insert(n.type);
      } catch (const error& e) {
        const std::string said = e.what();
        CAPTURE(said);
        CHECK(std::any_of(std::begin(known_refusals), std::end(known_refusals), [&](auto text) { return contains(said, text); }));
      }
    }
  CHECK(right >= 881);
  for (const auto* o : nn::detail::onnx_operators())
    CHECK_MESSAGE((confirmed.contains(std::string(o->name)) || without_case.contains(std::string(o->name))), o->name);
}
