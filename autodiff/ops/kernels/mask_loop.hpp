#pragma once
// The loop of a comparison over arrays: truth values from the `test` of its paragraph, in the type that the operands share.

#include <autodiff/array/array.hpp>
#include <autodiff/array/instruction_set.hpp>
#include <autodiff/array/nest.hpp>
#include <autodiff/ops/kernels/common_type.hpp>

namespace seegrad::detail {

template <class Op>
struct mask_loop {
  using pointers = std::span<const array* const>;

  static auto run(pointers x) -> array {
    return with_type(common_type(x), [&]<class T>(T) { return in<T>(x); });
  }

 private:
  template <class T>
  static auto in(pointers x) -> array {
    const auto a = x[0]->cast(dtype_of<T>), b = x[x.size() - 1]->cast(dtype_of<T>);
    const auto shape = broadcast(a.shape(), b.shape(), Op::name);
    auto out = array::uninitialized(boolean, shape);
    const nest<3> n(shape, {out.strides(), repeated(a.shape(), a.strides(), shape), repeated(b.shape(), b.strides(), shape)});
    auto* to = static_cast<bool*>(out.raw());
    const auto *p = static_cast<const T*>(a.raw()), *q = static_cast<const T*>(b.raw());
    vectorised([=, &n] {
      n.rows(0, n.row_count(), [=, &n](const auto& at) {
        for (index_t i = 0; i < n.length; ++i) {
          if constexpr (Op::arity == 1) to[at[0] + i] = Op::test(p[at[1] + i * n.step[1]]);
          else to[at[0] + i] = Op::test(p[at[1] + i * n.step[1]], q[at[2] + i * n.step[2]]);
        }
      });
    });
    return out;
  }
};

}  // namespace seegrad::detail
