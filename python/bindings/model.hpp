#pragma once
// A model of Python's, as the functions on whole models (nn/module/walk.hpp) see one.
//
// Any object is a module: its attributes are its fields, in the order in which they were made. Layers and parameters among them are found, in
// lists, tuples, dictionaries and other objects as well; nothing is registered. A part that occurs twice is one, at its first place.

#include "operand.hpp"
#include <memory>
#include <nn/module/walk.hpp>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

namespace seegrad::python {

/// The fields of an object: leaves of the model, which stay where they are, and objects with fields of their own.
class module_node {
 public:
  using leaf = std::variant<nn::parameter*, nn::buffer*, nn::mode*, nn::label*, generator*>;

  /// The field, made if there is none of that name.
  auto part(const std::string& name) -> module_node&;
  auto add(std::string name, leaf is) -> void { fields_.push_back({std::move(name), is}); }
  /// What pictures and summaries call it, where it is of a class of Python's.
  auto set_type(std::string type) -> void;
  auto has_label() const -> bool;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    for (auto& [name, is] : self.fields_) {
      if (const auto* inner = std::get_if<std::unique_ptr<module_node>>(&is)) see(name, **inner);
      else std::visit([&](auto* at) { see(name, *at); }, std::get<leaf>(is));
    }
    if (self.named_) see("label", self.named_->label);
  }

 private:
  struct field {
    std::string name;
    std::variant<leaf, std::unique_ptr<module_node>> is;
  };
  struct name {
    std::string type;
    nn::label label;
  };
  std::vector<field> fields_;
  std::unique_ptr<name> named_;
};

/// Lists the leaves of a layer of the library's, which is what an object of that class holds.
using list_leaves = void (*)(py::handle object, module_node& into);
auto register_layer(PyTypeObject* type, list_leaves list) -> void;
template <class Layer>
auto list_layer(py::handle object, module_node& into) -> void {
  nn::walk(object.cast<Layer&>(), [&]<class Leaf>(Leaf& leaf, const nn::path* at) {
    auto* here = &into;
    std::vector<const nn::path*> way;
    for (const auto* p = at; p != nullptr; p = p->outer) way.push_back(p);
    for (auto p = way.rbegin(); p + 1 != way.rend(); ++p)
      here = &here->part((*p)->name.empty() ? std::to_string((*p)->number) : std::string((*p)->name));
    const auto& last = *way.front();
    here->add(last.name.empty() ? std::to_string(last.number) : std::string(last.name), &leaf);
  });
}

class model {
 public:
  /// Looks at the object once: fields that it gets later are not of this model. Its parts are held.
  explicit model(py::object object);

  /// The objects that it is made of, for whoever holds one of its parameters.
  auto parts() const -> py::tuple { return py::cast(parts_); }
  /// What Python's object says of x.
  auto operator()(const tensor& x) const -> tensor;

  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    module_node::fields(*self.root_, see);
  }

 private:
  auto list(py::handle object, const std::string& name, module_node& into) -> void;
  auto list_fields(py::handle object, module_node& into) -> void;

  py::object object_;
  std::vector<py::object> parts_;
  std::unordered_set<const void*> seen_;
  std::unique_ptr<module_node> root_ = std::make_unique<module_node>();
};

}  // namespace seegrad::python
