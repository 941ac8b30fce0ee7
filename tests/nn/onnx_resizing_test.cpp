// Images of other sizes in ONNX files that say too much, or what there is not; what they are otherwise stands in onnx_standard_test and onnx_module_test.

#include <doctest/doctest.h>
#include <limits>

#include "onnx_by_hand.hpp"

using namespace seegrad;
using nn::detail::message;

TEST_CASE("images: scales, extents and kernels that are none, or too much") {
  const auto scale = [](float first, float second) {
    const std::vector<float> both{first, second};
    return numbers_of("s", {2}, 1, {reinterpret_cast<const char*>(both.data()), 8});
  };
  const auto said = [&](const std::string& scales, const std::string& more = {}) {
    return fault(model_of({node_of("Resize", {"x", "", "s"}, {"y"}, more)}, {scales}));
  };
  const auto word = [](const std::string& name, const std::string& text) {
    message a, all;
    return all.bytes(5, a.bytes(1, name).bytes(4, text).text()).text();
  };
  CHECK(said(scale(1, 2)) == "no error");
  CHECK(said(scale(0.5f, 0.4f)) == "no error");
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  for (const auto bad : {0.0f, -1.0f, nan, 1e30f})
    check_contains(said(scale(1, bad)), "in 'node Resize': Resize: an axis of 3 times ");
  check_contains(said(scale(0.1f, 1)), "[2x3] has no elements");
  check_contains(said(numbers_of("s", {1}, 1, std::string_view("\0\0\x80\x3f", 4))), "1 scales or extents for 2 axes of [2x3]");
  check_contains(said(scale(1, 2), word("mode", "round")), "the mode 'round' is not known");
  check_contains(said(scale(1, 2), word("coordinate_transformation_mode", "polar")), "the coordinates 'polar' are not known");
  check_contains(said(scale(1, 2), word("nearest_mode", "odd")), "nearest elements by 'odd' are not known");
  check_contains(said(scale(1, 2), word("coordinate_transformation_mode", "tf_crop_and_resize")),
                 "not two numbers for each axis");
  check_contains(fault(model_of({node_of("Resize", {"x"}, {"y"})})), "0 scales or extents for 2 axes");
}
