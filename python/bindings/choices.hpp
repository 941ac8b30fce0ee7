#pragma once
// Arguments that are no numbers to differentiate by: shapes, axes, sides of windows, element types.

#include "numpy.hpp"
#include "whole_number.hpp"
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/window/window.hpp>
#include <pybind11/stl.h>

namespace pybind11::detail {

template <>
struct type_caster<seegrad::dims> {
  PYBIND11_TYPE_CASTER(seegrad::dims, const_name("Shape"));
  auto load(handle x, bool) -> bool {
    value = {};
    if (PyLong_Check(x.ptr()) != 0) return value.push(seegrad::python::whole_number(x)), true;
    if (!isinstance<sequence>(x) || isinstance<str>(x)) return false;
    for (const auto& n : reinterpret_borrow<sequence>(x)) {
      if (PyIndex_Check(n.ptr()) == 0) return false;
      value.push(seegrad::python::whole_number(n));
    }
    return true;
  }
  static auto cast(const seegrad::dims& d, return_value_policy, handle) -> handle {
    tuple all(static_cast<size_t>(d.size()));
    for (int i = 0; i < d.size(); ++i) all[static_cast<size_t>(i)] = int_(d[i]);
    return all.release();
  }
};

/// None for all of them, a number, or several.
template <>
struct type_caster<seegrad::axes> {
  PYBIND11_TYPE_CASTER(seegrad::axes, const_name("Axes"));
  auto load(handle x, bool convert) -> bool {
    if (x.is_none()) return value = {}, true;
    type_caster<seegrad::dims> list;
    if (!list.load(x, convert)) return false;
    return value = seegrad::axes(static_cast<seegrad::dims&>(list)), true;
  }
  static auto cast(const seegrad::axes&, return_value_policy, handle) -> handle { return none().release(); }
};

/// A number for both, or height and width.
template <>
struct type_caster<seegrad::sides> {
  PYBIND11_TYPE_CASTER(seegrad::sides, const_name("Sides"));
  auto load(handle x, bool convert) -> bool {
    type_caster<seegrad::dims> list;
    if (!list.load(x, convert)) return false;
    const auto& d = static_cast<seegrad::dims&>(list);
    if (d.size() < 1 || d.size() > 2) return false;
    return value = {d[0], d.back()}, true;
  }
  static auto cast(const seegrad::sides& s, return_value_policy, handle) -> handle { return make_tuple(s.h, s.w).release(); }
};

template <>
struct type_caster<seegrad::dtype> {
  PYBIND11_TYPE_CASTER(seegrad::dtype, const_name("DType"));
  auto load(handle x, bool) -> bool { return value = seegrad::python::from_dtype(x), true; }
  static auto cast(seegrad::dtype t, return_value_policy, handle) -> handle { return seegrad::python::to_dtype(t).release(); }
};

/// Data: an array that nothing is differentiated by. A copy, as whoever gave it may write to it.
template <>
struct type_caster<seegrad::array> {
  PYBIND11_TYPE_CASTER(seegrad::array, const_name("ArrayLike"));
  auto load(handle x, bool) -> bool { return value = seegrad::python::from_any(x, seegrad::python::memory::copied), true; }
  static auto cast(const seegrad::array& a, return_value_policy, handle) -> handle {
    return seegrad::python::to_numpy(a).release();
  }
};

}  // namespace pybind11::detail

namespace seegrad::python {

inline auto kept_axes(bool keep_axes) -> seegrad::keep { return keep_axes ? seegrad::keep::axes : seegrad::keep::none; }

}  // namespace seegrad::python
