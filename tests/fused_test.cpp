// Every operation written with fused::scalar leaves the record that handles leave.
#include <autodiff/fused.hpp>

#include "same_record.hpp"

using namespace seegrad;

namespace {

// The operation in the middle of a statement, at its end, with numbers on either side, and twice.
template <class Op, class T>
auto in_statements(const T& x, const T& z, const T& w) -> T {
  if constexpr (Op::arity == 1) {
    const T a = apply<Op>(x);
    const T b = 2.0 * apply<Op>(x * z + w) - apply<Op>(w);
    return a + apply<Op>(apply<Op>(z)) * b;
  } else if constexpr (Op::arity == 2) {
    const T a = apply<Op>(x, z);
    const T b = apply<Op>(x * z, w - x) * apply<Op>(x, x);
    const T c = apply<Op>(1.5, z) + apply<Op>(w, 0.5);
    return apply<Op>(a, b) + c * apply<Op>(apply<Op>(x, z), apply<Op>(z, x));
  } else {
    const T a = apply<Op>(x, z, w);
    return 3.0 * apply<Op>(x * z, w, 0.5) + a;
  }
}

template <class Op, class T>
auto record_of(double x, double z, double w) -> record_copy {
  graph g;
  const T a = input(x), b = input(z), c = input(w);
  const T y = in_statements<Op>(a, b, c);
  const T whole = y + 0.0 * a;
  backward(whole);
  return record_copy(g);
}

template <class Op>
auto compare() -> void {
  CAPTURE(Op::name);
  const auto between = [](int i, double t) {
    const auto [low, high] = Op::samples[static_cast<std::size_t>(i % Op::arity)];
    return low + t * (high - low);
  };
  for (const double t : {0.1, 0.5, 0.9}) {
    const double x = between(0, t), z = between(1, 1 - t), w = between(2, t * t);
    check_same(record_of<Op, scalar>(x, z, w), record_of<Op, fused::scalar>(x, z, w));
  }
  constexpr double special[] = {0.0,   -0.0,   1.0,   -1.0, infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
                                1e308, 1e-308, 5e-324};
  for (const double x : special)
    for (const double z : special) check_same(record_of<Op, scalar>(x, z, 0.25), record_of<Op, fused::scalar>(x, z, 0.25));
}

template <class... Ops>
auto compare_all(operation_list<Ops...>) -> void {
  (compare<Ops>(), ...);
}

struct halved_difference_op : paragraph<2> {
  static constexpr std::string_view name = "halved_difference", help = "of a user's own";
  static auto value(auto a, auto b) { return 0.5 * (a - b); }
  static auto d0(auto, auto, auto) { return 0.5; }
  static auto d1(auto, auto, auto) { return -0.5; }
};

template <class T>
auto long_sum(int terms) -> record_copy {
  graph g;
  const T x = input(1.5), z = input(0.5);
  const T y = x * z + x + z + x * x + z * z + x / z + z / x + x * 2.0 + 3.0 * z + x + x + z + z * x + x * x * x + z * z * z + x -
              z + sin(x) + exp(z) + x * (z + x * (z + x * (z + x * z)));
  T s = y;
  for (int i = 0; i < terms; ++i) s += y * x - s * 0.5;
  backward(s);
  return record_copy(g);
}

}  // namespace

TEST_CASE("every operation, at samples and at the edges") { compare_all(all_operations{}); }

// These are recorded before the rest of their statement, in another order than handles are.
TEST_CASE("an operation of a user's own, statements that are too long for one, and records that grow") {
  const auto alike = [](const record_copy& a, const record_copy& b) {
    CHECK(a.nodes.size() == b.nodes.size());
    CHECK(a.nodes.back().value == doctest::Approx(b.nodes.back().value).epsilon(1e-13));
    for (const std::size_t k : {0u, 1u}) CHECK(a.nodes[k].adjoint == doctest::Approx(b.nodes[k].adjoint).epsilon(1e-13));
  };
  alike(record_of<halved_difference_op, scalar>(0.3, 0.7, 1.1), record_of<halved_difference_op, fused::scalar>(0.3, 0.7, 1.1));
  alike(long_sum<scalar>(0), long_sum<fused::scalar>(0));
  alike(long_sum<scalar>(5000), long_sum<fused::scalar>(5000));
}

TEST_CASE("the picture and the check are the same") {
  std::string drawn[2], verdict[2];
  const auto see = [&]<class T>(int i, T) {
    graph g;
    const T a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
    const T u = named(b * c, "u"), J = named(3 * (a + u), "J");
    backward(J);
    drawn[i] = to_dot(J);
    verdict[i] = fmt::format("{}", check(J));
  };
  see(0, scalar()), see(1, fused::scalar());
  CHECK(drawn[0] == drawn[1]);
  CHECK(verdict[0] == verdict[1]);
}

TEST_CASE("an expression that has a name is recorded once, when it is first used") {
  graph g;
  const fused::scalar a = input(7.0), b = input(4.0);
  auto u = a * b;
  CHECK(g.size() == 2);
  CHECK(u.value() == 28);
  const fused::scalar y = u + u * u;
  CHECK(g.size() == 5);
  const auto v = u;  // stands for the same node
  const fused::scalar z = v - y;
  CHECK(g.size() == 6);
  const auto moved = std::move(u) * 2.0;
  const fused::scalar w = moved + z;
  CHECK(g.size() == 9);
  CHECK(w.value() == 56 + 28 - (28 + 28 * 28));
  backward(w);
  CHECK(grad(a) == (2 + 1 - 1 - 2 * 28) * 4);
  const auto helper = [](const auto& x) { return x * x; };
  const auto size = g.size();
  const fused::scalar q = helper(a + b);
  CHECK(g.size() == size + 2);
  CHECK(q.value() == 121);
}

TEST_CASE("both number types mix, with numbers, arrays and functions of the standard library's kind") {
  graph g;
  const scalar a = input(2.0);
  const fused::scalar b = a, c = input(3.0);
  const scalar d = b * c + a;
  CHECK(d.value() == 8);
  CHECK((a * b).value() == 4);
  const tensor t = array{1.0, 2.0} * (b * c);
  CHECK(t.value().at(1) == 12);
  const fused::scalar e = fabs(b - c) + fmin(b * c, a) + ldexp(b, 2) + select(b > 1.0 ? b : c, b * c, c);
  CHECK(e.value() == 1 + 2 + 8 + 6);
  CHECK(isfinite(b * c));
  CHECK(b * c > a);
  CHECK(2.0 < b * c);
  CHECK_FALSE(b * c == c);
  CHECK(static_cast<double>(b * c) == 6);
  fused::scalar f = 1;
  f += b * c, f -= 1, f *= c, f /= b + 0.0;
  CHECK(f.value() == 9);
  CHECK((+f).value() == 9);
  backward(f);
  CHECK(grad(c) == 6);
}

TEST_CASE("text, limits, ranges and dual numbers") {
  graph g;
  std::vector<fused::scalar> x(2);
  inputs(std::vector{0.5, 2.0}, std::span(x));
  CHECK(fmt::format("{}", x[1]) == fmt::format("{}", scalar(2.0)));
  CHECK(std::numeric_limits<fused::scalar>::epsilon().value() == std::numeric_limits<double>::epsilon());
  CHECK_THROWS_WITH_AS(inputs({}, std::span(x)), "inputs: there are 0 numbers, and room for 2", error);
  CHECK_THROWS_WITH_AS(gradients(std::span<const fused::scalar>(x), {}),
                       "gradients: there are 2 variables, and room for 0 numbers", error);
  const fused::scalar y = x[0] * x[1] * x[1];
  CHECK(gradient(y, x) == std::vector{4.0, 2.0});
  CHECK(recorded_gradient(y, x)[1].value() == 2);
  CHECK(hessian(y, x)(0, 1) == 4);
  CHECK(jacobian(std::vector{y, x[0]}, x)(1, 0) == 1);
  const dual<fused::scalar> d{x[0], 1.0}, e = d * d * x[1] + sin(d);
  CHECK(e.tangent.value() == 2 * 0.5 * 2.0 + std::cos(0.5));
  CHECK(gradient(fused::scalar(e.tangent), x[1]) == 1);
}

TEST_CASE("constants are not recorded") {
  CHECK((fused::scalar(2.0) * fused::scalar(3.0) + 1).is_constant());  // there is no graph
  graph g;
  const fused::scalar two = 2.0, three = 3.0;
  const fused::scalar y = two * three + sin(two);
  CHECK(y.is_constant());
  CHECK(g.size() == 0);
  const fused::scalar x = input(1.0), z = two * x + three * two;
  CHECK(g.size() == 5);
  CHECK(gradient(z, x) == 2);
  const no_record quiet;
  CHECK(fused::scalar(x * x + 1).is_constant());
}

TEST_CASE("parameters from before a mark, and what a rewind leaves behind") {
  graph g;
  std::vector<fused::scalar> w(3);
  inputs(std::vector{1.0, 2.0, 3.0}, std::span(w));
  const auto start = g.mark();
  for (int round = 0; round < 3; ++round) {
    const fused::scalar x = input(0.5), y = exp(w[0] * x) + w[1] * w[2] * x;
    CHECK(std::count_if(g.rules().begin(), g.rules().end(), [](auto r) { return r != 0; }) == 1);
    backward(y);
    std::vector<double> slopes(3);
    gradients(std::span<const fused::scalar>(w), slopes);
    CHECK(slopes == std::vector{0.5 * std::exp(0.5), 1.5, 1.0});
    g.rewind(start);
    // Handles where statements stood.
    const scalar factor = w[1];
    scalar s = input(2.0);
    for (int i = 0; i < 100; ++i) s = s + factor * s * 0.001;
    CHECK(std::count_if(g.rules().begin(), g.rules().end(), [](auto r) { return r != 0; }) == 0);
    backward(s);
    CHECK(grad(w[0]) == 0);
    CHECK(grad(w[1]) == doctest::Approx(2 * 100 * std::pow(1.002, 99) * 0.001));
    g.rewind(start);
  }
}

TEST_CASE("a sweep that ends inside a statement") {
  const auto slopes = []<class T>(T) {
    graph g;
    const T x = input(0.3);
    T y = x;
    for (int i = 0; i < 40; ++i) y = sin(y * 1.1 + 0.2) * y + y;
    std::vector<double> found;
    for (node_id k = 0; k < g.size(); ++k)
      if (!g.is_constant(k)) found.push_back(gradient(y, handle(k)));
    return found;
  };
  CHECK(slopes(scalar()) == slopes(fused::scalar()));
}

TEST_CASE("an operand that is gone is refused, and the graph is whole") {
  graph g;
  const fused::scalar x = input(2.0);
  fused::scalar gone;
  {
    const rewind_scope temporary;
    gone = x * x;
  }
  const auto size = g.size();
  CHECK_THROWS_WITH_AS(fused::scalar(sin(gone) * x + x), doctest::Contains("sin: the value's node is not in the recording graph"),
                       error);
  CHECK(g.size() == size);
  const fused::scalar y = x * x;
  CHECK(gradient(y, x) == 4);
}

TEST_CASE("what a program asks of an expression is a guard") {
  graph g(with_guards);
  const fused::scalar a = input(2.0), b = input(3.0);
  CHECK(a * b > 5.0);
  CHECK(a < b);
  REQUIRE(g.guards().size() == 2);
  CHECK(g.guards()[0].first.is_node);
}

TEST_CASE("derivatives of higher order, forward mode and replay") {
  const auto all = []<class T>(T) {
    graph g;
    const T x = input(0.7), z = input(1.3);
    const T y = exp(x * z) / (1.0 + x * x) + tanh(z - x) * 3.0;
    const std::array<scalar, 2> by{x, z};
    const array H = hessian(y, by);
    auto found = H.to_vector<double>();
    found.push_back(jvp(y, by, std::array{1.0, -0.5}));
    const auto d = recorded_gradient(y, by);
    found.push_back(gradient(recorded_gradient(d[0], by)[1], by)[0]);
    return found;
  };
  CHECK(all(scalar()) == all(fused::scalar()));
}
