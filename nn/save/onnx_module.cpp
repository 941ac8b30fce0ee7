#include <autodiff/array/file.hpp>
#include <fstream>
#include <iterator>
#include <nn/save/named_after.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/onnx_program.hpp>

namespace seegrad::nn {
namespace {

auto all_of(std::istream& in) -> std::string {
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw error("it cannot be read");
  return bytes;
}

}  // namespace

onnx_module::onnx_module(detail::onnx_file file) : random(default_generator().split()) {
  program_ = std::make_shared<const detail::onnx_program>(std::move(file), parameters_, buffers_);
}

auto onnx_module::inputs() const -> const std::vector<onnx_value>& { return program_->inputs(); }
auto onnx_module::outputs() const -> const std::vector<onnx_value>& { return program_->outputs(); }

auto onnx_module::results(const std::vector<tensor>& inputs) const -> std::vector<tensor> {
  return program_->run(inputs, parameters_, buffers_, mode.training ? &random : nullptr);
}

auto onnx_module::only_output(std::initializer_list<tensor> inputs) const -> tensor {
  if (outputs().size() != 1)
    throw error(fmt::format("onnx_module: the model has {} outputs; results({{…}}) gives them all", outputs().size()));
  return results(inputs).front();
}

auto load_onnx(std::istream& in) -> onnx_module {
  return detail::named_after("load_onnx", [&] { return onnx_module(detail::read_onnx(all_of(in), {})); });
}

auto load_onnx(const std::filesystem::path& file) -> onnx_module {
  auto in = seegrad::detail::open_to_read(file, "load_onnx");
  return detail::named_after(fmt::format("load_onnx: '{}'", file.string()), [&] {
    auto folder = file.parent_path();
    if (folder.empty()) folder = ".";
    return onnx_module(detail::read_onnx(all_of(in), folder));
  });
}

}  // namespace seegrad::nn
