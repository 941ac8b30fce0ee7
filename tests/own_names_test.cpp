// Programs that say `using namespace seegrad` have names of their own, and the standard library's.
#include <doctest/doctest.h>

#include <autodiff/autodiff.hpp>

namespace {

// What a program may well call its own things, and the library did call its inner ones.
const int current = 1, idle = 2, code = 3, activity = 4, kept_numbers = 5;
auto record(double x) -> double { return x + 1; }
auto taken(double x, int i) -> double { return x * i; }
auto rows_of(const seegrad::array& x) -> seegrad::index_t { return x.extent(0); }
template <class T>
struct few {
  T first;
};
struct operand {
  int id;
};
namespace zip {
auto directory() -> int { return 6; }
}  // namespace zip
namespace see {
auto label() -> int { return 7; }
}  // namespace see
namespace kernel {
constexpr int size = 8;
}

}  // namespace

using namespace seegrad;

TEST_CASE("own names: those of a program mean what it says") {
  CHECK(current + idle + code + activity + kept_numbers == 15);
  CHECK(record(taken(2, 3)) == 7);
  CHECK(rows_of(zeros({4, 2})) == 4);
  CHECK(few<int>{5}.first + operand{6}.id == 11);
  CHECK(zip::directory() + see::label() + kernel::size == 21);
}

TEST_CASE("own names: std is the standard library") {
  const std::vector<double> x{1, 2, 3};
  CHECK(stddev(array(x)).item() == doctest::Approx(1));
  CHECK(std::size(x) == 3);
}
