// A program of somebody who uses seegrad from outside: what the three ways of finding the library build.
#include <autodiff/autodiff.hpp>

using namespace seegrad;

int main(int count, char** words) {
  graph g;
  scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  scalar J = named(3 * (a + b * c), "J");
  backward(J);
  picture(J).save(count > 1 ? words[1] : "J.svg");  // proves that Graphviz was linked, unless another picture is asked for
  return grad(a) == 3 && grad(b) == 6 && grad(c) == 12 ? 0 : 1;
}
