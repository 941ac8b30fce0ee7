// What a picture says of numbers that are not finite, and of gradients that are nothing but rounding.

#include "picture_support.hpp"

#include <algorithm>
#include <array>
#include <autodiff/see/noise.hpp>
#include <autodiff/see/picture.hpp>
#include <doctest/doctest.h>

namespace {

const std::string violet_fill = "fillcolor=\"#e7d4e8\"", violet = "color=\"#762a83\"";

auto is_born(const std::string& node, const std::string& what) -> bool {
  return contains(node, ">" + what + " born here") && contains(node, violet + ",penwidth=3");
}

}  // namespace

TEST_CASE("a value that is not finite is violet, and marked where it is born") {
  graph g;
  const scalar a = input(1.0, "a"), b = input(2.0, "b"), c = input(4.0, "c");
  const scalar d = a - b, l = log(d), r = sqrt(c), p = l * r, e = exp(c), y = p + e;
  backward(y);
  const auto dot = to_dot(y);
  CHECK(is_born(node_line(dot, l), "NaN"));
  CHECK(contains(node_line(dot, l), violet_fill));  // though its gradient is sqrt(c) = 2
  for (const auto& handed_on : {p, y}) {
    CHECK(contains(node_line(dot, handed_on), violet_fill));
    CHECK(!contains(node_line(dot, handed_on), "born"));
    CHECK(!contains(node_line(dot, handed_on), violet + ",penwidth"));
  }
  CHECK(contains(edge_line(dot, l, p), violet));
  CHECK(contains(edge_line(dot, p, y), violet));
  CHECK(!contains(edge_line(dot, d, l), violet));
  CHECK(!contains(edge_line(dot, e, y), violet));
  CHECK(!contains(node_line(dot, d), violet_fill));  // dy/dl = 2 and dl/dd = -1
  CHECK(contains(edge_line(dot, r, p), violet));     // carries back log(a - b)
  // Nothing is swept yet, or ever.
  CHECK(is_born(node_line(to_dot(log(d)), log(d)), "NaN") == false);
  const scalar other = log(d);
  CHECK(is_born(node_line(to_dot(other), other), "NaN"));
}

TEST_CASE("infinities have a sign, and a NaN is born of infinities, too") {
  graph g;
  const scalar z = input(0.0, "z"), l = log(z), m = 1 / z, y = l + m;
  backward(y);
  const auto dot = to_dot(y);
  CHECK(is_born(node_line(dot, l), "−inf"));
  CHECK(is_born(node_line(dot, m), "inf"));
  CHECK(is_born(node_line(dot, y), "NaN"));
  // One that is gone before the end was meant; it is violet and not marked.
  const scalar gone = exp(log(z));
  const auto fine = to_dot(gone);
  const auto at = fmt::format("n{} [", id(gone) - 1);
  CHECK(contains(line(fine, at), violet_fill));
  CHECK(!contains(line(fine, at), "born"));
}

TEST_CASE("a gradient that is not finite is marked where the sweep makes it") {
  graph g;
  const scalar a = input(0.0, "a"), r = sqrt(a), y = r * 2.0;
  backward(y);
  const auto dot = to_dot(y);
  CHECK(is_born(node_line(dot, r), "inf"));
  CHECK(contains(node_line(dot, r), "in grad of a"));
  CHECK(contains(node_line(dot, a), violet_fill));
  CHECK(!contains(node_line(dot, a), "born"));
  CHECK(!contains(node_line(dot, r), violet_fill));
  CHECK(contains(edge_line(dot, a, r), violet));
  CHECK(!contains(edge_line(dot, r, y), violet));
  // Finite contributions whose sum is not.
  const scalar x = input(1.0, "x"), big = x * 1.5e308 + x * 1.5e307;
  backward(big * 1.0);
  CHECK(!contains(node_line(picture(g).to_dot(), x), "born"));
  const scalar over = x * 1.5e308 + x * 1.5e308;
  backward(over * 1.0);
  CHECK(is_born(node_line(picture(g).to_dot(), x), "inf"));
}

TEST_CASE("arrays, and boxes, say where it is born") {
  graph g;
  const tensor x = input(array{1.0, 0.0, 2.0}, "x");
  tensor l;
  {
    const scope s("inside");
    l = log(x);
  }
  const tensor y = sum(l);
  backward(y);
  CHECK(is_born(node_line(to_dot(y), l), "−inf"));
  CHECK(is_born(line(to_dot(y, {.collapse_scopes = true}), "s1 ["), "−inf"));
  CHECK(contains(line(to_dot(y, {.collapse_scopes = true}), "s1 ["), violet_fill));
  CHECK(!contains(node_line(to_dot(y), y), "born"));
  // A remark that says so says it once.
  CHECK(count(to_dot(y, {.notes = {{id(l), {"-inf is born here", annotation::mood::bad}}}}), "born here") == 1);
}

TEST_CASE("what cancels to rounding is about 0, and no part of the scale") {
  graph g;
  // 0.1 + 0.2 - 0.3 is not 0 in binary fractions.
  const scalar x = input(3.0, "x"), u = x * 0.1, v = x * 0.2, w = x * 0.3, s = u + v, y = s - w;
  backward(y);
  REQUIRE(grad(x) != 0);
  REQUIRE(std::abs(grad(x)) < 1e-15);
  const auto dot = to_dot(y, {.legend = true});
  CHECK(contains(node_line(dot, x), ">≈ 0<"));
  CHECK(contains(node_line(dot, x), "fillcolor=\"white\""));
  CHECK(contains(node_line(dot, x), fmt::format("gradient {}", grad(x) < 0 ? "−" : "")));
  CHECK(!contains(node_line(dot, x), "gradient 0"));
  CHECK(contains(node_line(to_dot(y, {.sums = true}), x), "≈ 0<"));
  CHECK(contains(dot, ">−0.01<"));  // two decades, from 1: the scale of u, v and w alone
  CHECK(!contains(dot, "1e−16<"));
  CHECK(contains(dot, "cancels to rounding"));
  // What is made of it alone is no better.
  graph g2;
  const scalar t = input(2.0, "t"), q = t * t, z = q * 0.1 + q * 0.2 - q * 0.3;
  backward(z);
  const auto further = to_dot(z);
  CHECK(contains(node_line(further, q), ">≈ 0<"));
  CHECK(contains(node_line(further, t), ">≈ 0<"));
  CHECK(contains(edge_line(further, t, q), "← ≈ 0"));
}

TEST_CASE("a small gradient that is true stays as it is") {
  graph g;
  const scalar x = input(1.0, "x"), y = x * 1e-300;
  backward(y);
  CHECK(contains(node_line(to_dot(y), x), ">1e−300<"));
  // Two that add up, and two that cancel but for more than rounding.
  const scalar z = x * 1e-300 + x * 2e-300;
  backward(z);
  CHECK(contains(node_line(to_dot(z), x), ">3e−300<"));
  const scalar w = x * 1.0 - x * (1.0 - 1e-13);
  backward(w);
  CHECK(!contains(node_line(to_dot(w), x), "≈"));
  // Exactly 0 is a number.
  const scalar none = x * 0.5 - x * 0.5;
  backward(none);
  CHECK(contains(node_line(to_dot(none), x), ">0<"));
  // An output has its seed besides.
  const scalar ys[] = {x, x * 1.0};
  const double weights[] = {1e-20, 1.0};
  backward(ys, weights);
  CHECK(!contains(node_line(picture(g).to_dot(), x), "≈"));
}

TEST_CASE("elements of arrays that are rounding") {
  graph g;
  // A row of a softmax adds up to 1 whatever its operand, so that the gradient is 0.
  const auto draw = [](double scale) {
    const tensor z = input(array{{1.0, 2.0, 3.0}, {0.1, 0.2, 0.3}}, "z"), h = z * scale;
    return std::array{z, h, tensor(sum(softmax(h, 1)))};
  };
  std::ptrdiff_t zeros_of_h = 6;  // where the rounding errors themselves cancel
  std::array<tensor, 3> zhy;
  for (double scale = 1; zeros_of_h == 6 && scale < 3; scale += 0.1) {
    zhy = draw(scale);
    backward(zhy[2]);
    const auto slopes = array{grad(zhy[1])}.to_vector<double>();
    zeros_of_h = std::count(slopes.begin(), slopes.end(), 0.0);
  }
  REQUIRE(zeros_of_h < 6);
  const auto& [z, h, y] = zhy;
  const auto dot = to_dot(y);
  CHECK(count(node_line(dot, h), "≈ 0<") == 6 - zeros_of_h);
  CHECK(count(node_line(dot, z), "≈ 0<") == 6 - zeros_of_h);
  CHECK(contains(edge_line(dot, z, h), "← ≈ 0"));
  // -log softmax at the first of [40, 0] is log(1 + e^-40): its derivative is e^-40 in size, of which 1 - 1 leaves noise.
  const tensor a = input(array{40.0, 0.0}, "a");
  const tensor loss = logsumexp(a, 0) - sum(a * array{1.0, 0.0}) + sum(a * array{0.0, 2.0});
  backward(loss);
  const auto found = seegrad::detail::see::find_noise(g);
  CHECK(!found.has(id(a)));
  const auto element = array{grad(a)}.to_vector<double>();
  if (element[0] != 0) {
    REQUIRE(found.elements.contains(id(a)));
    CHECK(found.elements.at(id(a)) == std::vector<char>{1, 0});
    CHECK(found.cleared(g, id(a)).at(0) == 0);
  }
  CHECK(found.cleared(g, id(a)).at(1) == element[1]);
  // Larger ones, which are not taken apart: the contributions 1/3 and -1/3 cancel, and 1/3 of float32 and of its neighbour do, too.
  const tensor big = input(full({40}, 1.0, float32), "big");
  const tensor twice = sum(big * (1.0f / 3.0f)) - sum(big * std::nextafter(1.0f / 3.0f, 1.0f));
  backward(twice);
  REQUIRE(array{grad(big)}.at(0) != 0);
  CHECK(contains(node_line(to_dot(twice), big), "≈ 0<"));
  CHECK(!contains(node_line(to_dot(twice), big), ">−2.98e−8<"));
}

TEST_CASE("a box does not take rounding for its largest gradient") {
  graph g;
  const scalar x = input(3.0, "x");
  scalar u;
  {
    const scope s("inside");
    u = x * 0.7;
    u = u * 1.0;
  }
  const scalar y = u * 0.1 + u * 0.2 - u * 0.3;
  backward(y);
  const auto box = line(to_dot(y, {.collapse_scopes = true}), "s1 [");
  CHECK(contains(box, "grad ≈ 0"));
  CHECK(!contains(box, "|grad|"));
}
