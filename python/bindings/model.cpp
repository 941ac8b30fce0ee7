#include "model.hpp"

#include <algorithm>
#include <unordered_map>

namespace seegrad::python {
namespace {

auto layers() -> std::unordered_map<PyTypeObject*, list_leaves>& {
  static auto& all = *new std::unordered_map<PyTypeObject*, list_leaves>;
  return all;
}
// A class derived from a layer's is one.
auto layer_of(py::handle x) -> list_leaves {
  for (auto* type = Py_TYPE(x.ptr()); type != nullptr; type = type->tp_base)
    if (const auto found = layers().find(type); found != layers().end()) return found->second;
  return nullptr;
}

auto has_fields(py::handle x) -> bool {
  return !py::isinstance<py::module_>(x) && !PyType_Check(x.ptr()) && !PyFunction_Check(x.ptr()) && !PyMethod_Check(x.ptr()) &&
         py::hasattr(x, "__dict__");
}

auto name_type(py::handle x, module_node& node) -> void {
  if (!node.has_label()) node.set_type(py::str(py::type::handle_of(x).attr("__name__")));
}

}  // namespace

auto register_layer(PyTypeObject* type, list_leaves list) -> void { layers()[type] = list; }

auto module_node::part(const std::string& name) -> module_node& {
  for (auto& f : fields_)
    if (auto* inner = std::get_if<std::unique_ptr<module_node>>(&f.is); inner && f.name == name) return **inner;
  fields_.push_back({name, std::make_unique<module_node>()});
  return *std::get<std::unique_ptr<module_node>>(fields_.back().is);
}

auto module_node::set_type(std::string type) -> void {
  named_.reset(new name{std::move(type), nn::label("")});
  named_->label = nn::label(named_->type.c_str());
}

auto module_node::has_label() const -> bool {
  return named_ || std::any_of(fields_.begin(), fields_.end(), [](const field& f) {
           const auto* one = std::get_if<leaf>(&f.is);
           return one && std::holds_alternative<nn::label*>(*one);
         });
}

model::model(py::object object) : object_(std::move(object)) {
  parts_.push_back(object_);
  seen_.insert(object_.ptr());
  if (const auto leaves = layer_of(object_)) leaves(object_, *root_);
  list_fields(object_, *root_);
  name_type(object_, *root_);
}

auto model::list_fields(py::handle object, module_node& into) -> void {
  if (PyDict_Check(object.ptr()) != 0) {
    for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(object)) list(value, py::str(key), into);
  } else if (PyList_Check(object.ptr()) != 0 || PyTuple_Check(object.ptr()) != 0) {
    std::size_t i = 0;
    for (const auto& one : py::reinterpret_borrow<py::sequence>(object)) list(one, std::to_string(i++), into);
  } else if (has_fields(object)) {
    for (const auto& [key, value] : py::dict(object.attr("__dict__"))) list(value, py::str(key), into);
  }
}

auto model::list(py::handle object, const std::string& name, module_node& into) -> void {
  const auto is_new = [&] {
    parts_.push_back(py::reinterpret_borrow<py::object>(object));
    return seen_.insert(object.ptr()).second;
  };
  if (py::isinstance<nn::parameter>(object)) {
    if (is_new()) into.add(name, &object.cast<nn::parameter&>());
  } else if (py::isinstance<nn::buffer>(object)) {
    if (is_new()) into.add(name, &object.cast<nn::buffer&>());
  } else if (py::isinstance<generator>(object)) {
    if (is_new()) into.add(name, &object.cast<generator&>());
  } else if (const auto leaves = layer_of(object)) {
    if (!is_new()) return;
    auto& inner = into.part(name);
    leaves(object, inner);
    list_fields(object, inner);
    name_type(object, inner);
  } else if (PyDict_Check(object.ptr()) != 0 || PyList_Check(object.ptr()) != 0 || PyTuple_Check(object.ptr()) != 0 ||
             has_fields(object)) {
    // A copy of an array's is no module, and what has no leaf is no part.
    if (py::isinstance<py::array>(object) || !is_new()) return;
    auto& inner = into.part(name);
    list_fields(object, inner);
    name_type(object, inner);
  }
}

auto model::operator()(const tensor& x) const -> tensor {
  const py::gil_scoped_acquire python;
  return operand(object_(give(x))).as_tensor();
}

}  // namespace seegrad::python
