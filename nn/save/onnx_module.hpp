#pragma once
// A network from an ONNX file, as a module: what PyTorch and others have exported, or save_onnx (nn/save/onnx.hpp), computes here.
//
//   auto model = nn::load_onnx("resnet.onnx");
//   for (const auto& i : model.inputs()) fmt::print("{}\n", i.text());      // image float32 [batch x 3 x 224 x 224]
//   tensor logits = model(x);                                             // the only output
//   auto all = model.results({x, h0, c0});                                // all outputs, in the order of model.outputs()
//   nn::fit(model, data, {.epochs = 1});                                  // its numbers are trained as any others
//
// Each call records the library's own operations, so that gradients, pictures, checks, programs and another export follow. Shapes are those of the
// call: what the file computes from shapes is a constant then, and a file with open axes takes any extents. A shape that would depend on the numbers of
// an input cannot be recorded and is refused; so are loops and branches.
//
// Fractions of the file ("initializers") are parameters, under their names there, which are PyTorch's for what PyTorch exported: nn::load and nn::save
// know them. A file does not say which numbers were trained. So statistics of batch normalisation are buffers, single numbers without axes are frozen
// (`trainable` changes that), and everything else is trained; a table that was not, such as one of positions, is to be frozen by hand. Whole numbers and
// truth values are constants. float16 becomes float32 and computes so; int32 and its like become int64, and do not wrap around. After
// nn::to(model, float64) it computes in float64 for inputs of that type.
//
// Operators of versions (opset) 6 to 21 are read; docs/onnx.md has the list. Dropout drops where nn::train(model) was called, if the file was exported
// for training; batch normalisation always goes by its statistics.

#include <concepts>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <nn/module/walk.hpp>
#include <nn/save/onnx_numbers.hpp>
#include <nn/save/onnx_value.hpp>

namespace seegrad::nn {

namespace detail {
struct onnx_file;
class onnx_program;
}  // namespace detail

class onnx_module {
 public:
  /// What the model takes, in the order of its file.
  auto inputs() const -> const std::vector<onnx_value>&;
  /// What the model gives, in the order of its file.
  auto outputs() const -> const std::vector<onnx_value>&;

  /// The only output. Throws if there are several, and if number, types or shapes of the inputs are not those of the file.
  template <std::convertible_to<tensor>... More>
  auto operator()(const tensor& x, const More&... more) const -> tensor {
    return only_output({x, tensor(more)...});
  }
  /// All of them, in their order.
  auto results(const std::vector<tensor>& inputs) const -> std::vector<tensor>;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    for (auto& p : self.parameters_) see(std::string_view(p.name), p.value);
    for (auto& b : self.buffers_) see(std::string_view(b.name), b.value);
    see("program", self.program_), see("mode", self.mode), see("random", self.random);
  }

  nn::mode mode{false};      ///< as nn::eval leaves it
  mutable generator random;  ///< of dropout

 private:
  friend auto load_onnx(const std::filesystem::path& file) -> onnx_module;
  friend auto load_onnx(std::istream& in) -> onnx_module;
  explicit onnx_module(detail::onnx_file file);
  auto only_output(std::initializer_list<tensor> inputs) const -> tensor;

  // Apart from each other, so that the list of fields leaves no gap in which a parameter would have room (nn/module/fields.hpp).
  detail::onnx_parameters parameters_;
  std::shared_ptr<const detail::onnx_program> program_;
  detail::onnx_buffers buffers_;
};

/// Throws, with the file's name, for what is no model, for operators or versions that are not read, of which the error names all, and for a file that is
/// damaged or cut off. Numbers that lie in other files are read if these are in the folder of the model.
auto load_onnx(const std::filesystem::path& file) -> onnx_module;
/// From bytes; numbers in other files are refused.
auto load_onnx(std::istream& in) -> onnx_module;

}  // namespace seegrad::nn
