// Models and named arrays in files.

#include "bind.hpp"
#include "model.hpp"
#include <nn/save/pytorch.hpp>
#include <nn/save/safetensors.hpp>
#include <nn/save/save.hpp>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {

auto bind_files(py::module_& m) -> void {
  using path = std::filesystem::path;
  const auto file = py::arg("file");
  m.def(
      "save",
      [](py::object object, const path& file) {
        if (PyDict_Check(object.ptr()) != 0) return nn::save(object.cast<nn::state_map>(), file);
        nn::save(model(std::move(object)), file);
      },
      py::arg("model"), file,
      "A model, or a dictionary of arrays by name, to .safetensors, .npz, .pt or .pth, by the suffix. On an error no file is made, and an old one is kept.");
  m.def(
      "load",
      [](py::object object, const std::optional<path>& file, bool strict) -> py::object {
        if (!file) return py::cast(nn::load(object.cast<path>()));
        model all(std::move(object));
        const auto differ = nn::load(all, *file, {strict});
        return py::make_tuple(differ.missing_keys, differ.unexpected_keys);
      },
      py::arg("model"), py::arg("file") = py::none(), py::kw_only(), py::arg("strict") = true,
      "load(model, file) gives a model the numbers in a file, all of them or none; load(file) reads them as a dictionary of arrays.");
  m.def(
      "save_safetensors",
      [](const path& file, const nn::state_map& arrays, const std::map<std::string, std::string>& metadata) {
        nn::save_safetensors(file, arrays, metadata);
      },
      file, py::arg("arrays"), py::arg("metadata") = std::map<std::string, std::string>(), documentation("nn::save_safetensors"));
  m.def(
      "load_safetensors", [](const path& file) { return nn::load_safetensors(file); }, file,
      documentation("nn::load_safetensors"));
  m.def("safetensors_metadata", &nn::safetensors_metadata, file, documentation("nn::safetensors_metadata"));
  m.def(
      "load_pytorch", [](const path& file, const std::string& under) { return nn::load_pytorch(file, {.under = under}); }, file,
      py::kw_only(), py::arg("under") = "", documentation("nn::load_pytorch"));
  m.def(
      "save_pytorch", [](const path& file, const nn::state_map& arrays) { nn::save_pytorch(file, arrays); }, file,
      py::arg("arrays"), documentation("nn::save_pytorch"));
}

}  // namespace seegrad::python
