#pragma once
// Samples with what is known of them, as Python gives them: a pair (inputs, targets).

#include "numpy.hpp"
#include <fmt/format.h>
#include <nn/data/dataset.hpp>

namespace seegrad::python {

/// In numpy's own memory where that can be read as it lies.
inline auto dataset_of(py::handle pair) -> nn::dataset {
  if (!py::isinstance<py::sequence>(pair) || py::len(pair) != 2)
    throw py::type_error(
        fmt::format("data: a pair (inputs, targets) of arrays is wanted, and not a {}", Py_TYPE(pair.ptr())->tp_name));
  const auto both = py::reinterpret_borrow<py::sequence>(pair);
  return {from_any(both[0], memory::shared), from_any(both[1], memory::shared)};
}
inline auto give(const nn::dataset& d) -> py::object { return py::make_tuple(to_numpy(d.inputs), to_numpy(d.targets)); }

}  // namespace seegrad::python
