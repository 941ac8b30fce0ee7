// Almost nothing, for what happens before main and in a first call.
#include <seegrad/seegrad.hpp>

int main() {
  using namespace seegrad;
  const auto d = svd(array{{1.0, 2.0}, {3.0, 4.0}});
  const auto y = sum(tanh(matmul(d.u, d.u))).item();
  return sum(d.s).item() > 5.83 && y == y ? 0 : 1;
}
