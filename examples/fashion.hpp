#pragma once
// What the examples on Fashion-MNIST share: the pictures, where they are installed, and `--epochs N` for a longer run than that of the test.

#include <cstdlib>
#include <fmt/format.h>
#include <nn/data/fashion_mnist.hpp>
#include <optional>
#include <string_view>

/// What a test returns to say that it was skipped.
constexpr int skipped = 77;

/// Nothing, and a line that says so, where the pictures are not installed.
inline auto fashion_mnist_if_there() -> std::optional<seegrad::nn::fashion_mnist> {
  if (std::filesystem::exists("/usr/share/datasets/fashion-mnist")) return seegrad::nn::load_fashion_mnist();
  fmt::print("Fashion-MNIST is not installed: apt-get install dataset-fashion-mnist\n");
  return std::nullopt;
}

/// The number behind `--epochs`, or the usual one.
inline auto epochs_wanted(int argc, char** argv, int usual) -> int {
  if (argc == 1) return usual;
  const int epochs = argc == 3 && std::string_view(argv[1]) == "--epochs" ? std::atoi(argv[2]) : 0;
  if (epochs > 0) return epochs;
  fmt::print(stderr, "usage: {} [--epochs N]\n", argv[0]);
  std::exit(2);
}
