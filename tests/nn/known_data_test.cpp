// MNIST and CIFAR, from files that another program has made small.

#include <doctest/doctest.h>
#include <nn/data/cifar.hpp>
#include <nn/data/fashion_mnist.hpp>
#include <nn/data/mnist.hpp>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../numpy_program.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

struct made_files : scratch_folder {
  made_files() { written = std::system(("python3 '" NPY_ORACLE "' write '" + path.string() + "'").c_str()) == 0; }
  bool written;
};

/// Whether the pictures are those numbered from `first` on.
auto are_pictures(const array& x, index_t first) -> bool {
  bool same = x.type() == float32;
  const auto& s = x.shape();
  const auto* at = x.elements<float>().data();
  for (index_t n = 0; n < s[0]; ++n)
    for (index_t c = 0; c < s[1]; ++c)
      for (index_t row = 0; row < s[2]; ++row)
        for (index_t column = 0; column < s[3]; ++column)
          same = same && *at++ == static_cast<float>((7 * (first + n) + 50 * c + 3 * row + column) % 256) / 255.0f;
  return same;
}

auto labels(const nn::dataset& d) -> std::vector<std::int64_t> { return d.targets.to_vector<std::int64_t>(); }
using numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("MNIST by the names it goes by") {
  const made_files f;
  REQUIRE(f.written);
  for (const auto* name : {"mnist", "mnist_gz", "mnist_dots"}) {
    CAPTURE(name);
    const auto [train, test] = nn::load_mnist(f / name);
    CHECK(train.inputs.shape() == dims{5, 1, 28, 28});
    CHECK(test.inputs.shape() == dims{3, 1, 28, 28});
    CHECK(are_pictures(train.inputs, 0));
    CHECK(are_pictures(test.inputs, 5));
    CHECK(labels(train) == numbers{0, 1, 2, 3, 4});
    CHECK(labels(test) == numbers{5, 6, 7});
  }
  CHECK(labels(nn::load_fashion_mnist(f / "mnist").test) == numbers{5, 6, 7});
  fs::remove(f / "mnist/t10k-labels-idx1-ubyte");
  check_contains(message_of([&] { nn::load_mnist(f / "mnist"); }), "mnist/t10k-labels-idx1-ubyte', with .gz or without");
  check_contains(message_of([&] { nn::load_mnist(f / "none"); }), "load_mnist: there is no '");
}

TEST_CASE("CIFAR-10") {
  const made_files f;
  const auto [train, test, classes] = nn::load_cifar10(f / "cifar10");
  CHECK(train.inputs.shape() == dims{20, 3, 32, 32});
  CHECK(test.inputs.shape() == dims{7, 3, 32, 32});
  CHECK(are_pictures(train.inputs, 0));
  CHECK(are_pictures(test.inputs, 20));
  CHECK(labels(train) == numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(labels(test) == numbers{0, 1, 2, 3, 4, 5, 6});
  CHECK(classes.size() == 10);
  CHECK(classes[9] == "thing 9");
}

TEST_CASE("CIFAR-100, by either label") {
  const made_files f;
  const auto fine = nn::load_cifar100(f / "cifar100"), coarse = nn::load_cifar100(f / "cifar100", nn::cifar_labels::coarse);
  CHECK(are_pictures(fine.train.inputs, 0));
  CHECK(are_pictures(fine.test.inputs, 4));
  CHECK(identical(fine.train.inputs, coarse.train.inputs));
  CHECK(labels(fine.train) == numbers{99, 98, 97, 96});
  CHECK(labels(coarse.test) == numbers{4, 5});
  CHECK(fine.classes.size() == 100);
  CHECK(coarse.classes[19] == "coarse 19");
}

TEST_CASE("files of CIFAR that are missing or damaged") {
  const made_files f;
  const auto said = [&] { return message_of([&] { nn::load_cifar10(f / "cifar10"); }); };
  const auto file = f / "cifar10/data_batch_2.bin";
  const auto bytes = bytes_of(file);
  for (const std::size_t n : {std::size_t{1}, std::size_t{3072}, std::size_t{3074}, bytes.size() - 1}) {
    fill(file, bytes.substr(0, n));
    check_contains(said(), "data_batch_2.bin': it has " + std::to_string(n) + " bytes, and a label and picture take 3073");
  }
  fill(file, bytes.substr(0, 3073));
  CHECK(said() == "no error");
  auto wrong = bytes;
  wrong[3073] = 10;
  fill(file, wrong);
  check_contains(said(), "picture 1 has the label 10, and there are 10 classes");
  fs::remove(file);
  check_contains(said(), "load_cifar10: cannot read");
  fill(f / "cifar10/batches.meta.txt", "cat\r\ndog\r\n");
  check_contains(said(), "names 2 classes, and there are 10");
  fs::remove(f / "cifar10/batches.meta.txt");
  check_contains(said(), "batches.meta.txt");
  wrong = bytes_of(f / "cifar100/test.bin");
  wrong[0] = 20;
  fill(f / "cifar100/test.bin", wrong);
  CHECK(message_of([&] { nn::load_cifar100(f / "cifar100"); }) == "no error");
  check_contains(message_of([&] { nn::load_cifar100(f / "cifar100", nn::cifar_labels::coarse); }), "load_cifar100: ");
}
