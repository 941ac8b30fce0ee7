#pragma once
// What a function of Python's is given where the library takes numbers, arrays and handles mixed, and what it gives back.
//
// Plain numbers and numpy's arrays give such; where a scalar or a tensor is among the operands, the result is one, too.

#include "home.hpp"
#include "numpy.hpp"
#include <variant>

namespace seegrad::python {

class operand {
 public:
  enum class kind { number, scalar, array, tensor };

  /// Throws TypeError for what is none of these.
  explicit operand(py::handle x);
  operand(tensor x) : what_(kind::tensor), is_(std::move(x)) {}

  auto what() const -> kind { return what_; }
  auto has_axes() const -> bool { return what_ >= kind::array; }
  auto is_handle() const -> bool { return what_ == kind::scalar || what_ == kind::tensor; }
  auto of() const -> const shared_graph& { return of_; }

  auto as_tensor() const -> tensor;
  auto as_scalar() const -> scalar;
  /// The numbers, without a history.
  auto as_array() const -> array { return as_tensor().value(); }

 private:
  kind what_ = kind::number;
  std::variant<literal, seegrad::scalar, seegrad::tensor> is_ = literal(0);
  shared_graph of_;
};

auto is_tensor(py::handle x) -> bool;
auto is_scalar(py::handle x) -> bool;
inline auto is_handle(py::handle x) -> bool { return is_tensor(x) || is_scalar(x); }

/// To Python: a handle as one, an array as numpy's.
auto give(tensor x) -> py::object;
auto give(scalar x) -> py::object;
inline auto give(double x) -> py::object { return py::float_(x); }
inline auto give(const array& x) -> py::object { return to_numpy_or_number(x); }
/// As a tensor if it is one to Python, and else its numbers.
auto give(tensor x, bool as_handle) -> py::object;
/// The only element as a scalar of the graph, if it is one there.
auto scalar_of(const tensor& x) -> scalar;

}  // namespace seegrad::python

namespace pybind11::detail {

template <>
struct type_caster<seegrad::python::operand> {
  static constexpr auto name = const_name("Operand");
  template <class>
  using cast_op_type = const seegrad::python::operand&;
  operator const seegrad::python::operand&() const { return *value; }
  auto load(handle x, bool) -> bool {
    value.emplace(x);
    return true;
  }
  std::optional<seegrad::python::operand> value;
};

}  // namespace pybind11::detail
