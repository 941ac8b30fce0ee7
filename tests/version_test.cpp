// The header's version is that of the build, which is written once more in meson.build.

#include <doctest/doctest.h>
#include <seegrad/nn.hpp>

TEST_CASE("the version stands in the header as in the build") {
  CHECK(fmt::format("{}.{}.{}", SEEGRAD_VERSION_MAJOR, SEEGRAD_VERSION_MINOR, SEEGRAD_VERSION_PATCH) == SEEGRAD_VERSION);
  CHECK(SEEGRAD_VERSION_NUMBER == SEEGRAD_VERSION_MAJOR * 10000 + SEEGRAD_VERSION_MINOR * 100 + SEEGRAD_VERSION_PATCH);
}

TEST_CASE("the headers of that name are the whole library") {
  seegrad::graph g;
  const seegrad::nn::linear layer(2, 1);
  CHECK(seegrad::nn::count_parameters(layer) == 3);
}
