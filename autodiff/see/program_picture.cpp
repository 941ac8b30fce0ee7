#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/run/array_program.hpp>
#include <autodiff/run/program.hpp>
#include <autodiff/see/picture.hpp>
#include <fmt/format.h>

namespace seegrad {
namespace {

template <class X>
auto name_all(const std::vector<X>& all, std::string_view letter) -> void {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!all[i].is_constant())
      static_cast<void>(named(all[i], all.size() == 1 ? std::string(letter) : fmt::format("{}[{}]", letter, i)));
}

template <class Y>
auto is_of_node(const Y& y) -> bool {
  return !y.is_constant();
}

}  // namespace

picture::picture(const program& p, std::span<const double> x, const picture_options& options) {
  graph g;
  const auto in = inputs(x);
  name_all(in, "x");
  const auto y = p.record(in);
  if (std::ranges::none_of(y, is_of_node<scalar>)) throw error("picture: the program's results are constants");
  name_all(y, "y");
  backward(y);
  drawn_ = y.size() == 1 ? picture(y[0], options).drawn_ : of(g, nullptr, options);
}

picture::picture(const array_program& p, std::span<const array> x, const picture_options& options) {
  graph g;
  std::vector<tensor> in;
  for (const auto& a : x) in.push_back(input(a));
  name_all(in, "x");
  const auto y = p.record(in);
  if (std::ranges::none_of(y, is_of_node<tensor>)) throw error("picture: the program's results are constants");
  name_all(y, "y");
  tensor total = 0.0;
  for (const auto& each : y) total = total + sum(each);
  backward(y.size() == 1 ? y[0] : total, y.size() == 1 ? ones(y[0].shape()) : array(1.0));
  drawn_ = y.size() == 1 ? of_tensor(y[0], options) : of(g, nullptr, options);
}

}  // namespace seegrad
