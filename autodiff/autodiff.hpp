#pragma once
// seegrad: record a computation, differentiate it, look at it, check it.
//
//   #include <autodiff/autodiff.hpp>
//   using namespace seegrad;
//
//   int main() {
//     graph g;
//     scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
//     scalar u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
//     backward(J);
//     fmt::print("dJ/da {}  dJ/db {}  dJ/dc {}\n", grad(a), grad(b), grad(c));   // 3 6 12
//     picture(J).save("J.svg");
//     fmt::print("{}", check(J));
//   }

#include <autodiff/array/create.hpp>
#include <autodiff/array/print.hpp>
#include <autodiff/check/check.hpp>
#include <autodiff/check/check_program.hpp>
#include <autodiff/derive/contributions.hpp>
#include <autodiff/derive/forward.hpp>
#include <autodiff/derive/function.hpp>
#include <autodiff/derive/not_finite.hpp>
#include <autodiff/derive/reads.hpp>
#include <autodiff/derive/recorded.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/derive/rounding.hpp>
#include <autodiff/derive/sparsity.hpp>
#include <autodiff/derive/taylor.hpp>
#include <autodiff/derive/vector_mode.hpp>
#include <autodiff/ops/table/functions.hpp>
#include <autodiff/ops/table/make_operation.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <autodiff/plot/plot.hpp>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <autodiff/run/replay.hpp>
#include <autodiff/run/traced_function.hpp>
#include <autodiff/see/memory.hpp>
#include <autodiff/see/picture.hpp>
#include <autodiff/trace/fmt.hpp>
#include <autodiff/trace/tensor.hpp>
#include <autodiff/trace/traced.hpp>
