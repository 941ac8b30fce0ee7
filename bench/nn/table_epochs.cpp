#include "tables.hpp"

#include <fmt/format.h>
#include <nn/data/fashion_mnist.hpp>

namespace bench {
namespace {

auto rows_of(const seegrad::nn::dataset& d) -> std::pair<numbers, numbers> {
  return {{{d.inputs.extent(0), 784}, d.inputs.to_vector<float>(), false},
          {{d.targets.extent(0)}, d.targets.to_vector<float>(), true}};
}

}  // namespace

auto table_of_epochs(const choice&) -> void {
  const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(folder)) {
    fmt::print("\nno epochs: Fashion-MNIST is not there; apt-get install dataset-fashion-mnist\n");
    return;
  }
  const auto data = seegrad::nn::load_fashion_mnist(folder);
  auto [train_x, train_y] = rows_of(data.train);
  auto [test_x, test_y] = rows_of(data.test);
  const pictures p{std::move(train_x), std::move(train_y), std::move(test_x), std::move(test_y)};
  fmt::print("\nseconds of processor time an epoch of Fashion-MNIST, 784-128-10, batch 64, one core; accuracy after five\n");
  fmt::print("{:<46} {:>10} {:>10} {:>6}  {}\n", "", "seegrad", "libtorch", "ratio", "accuracies");
  for (const bool adam : {false, true}) {
    const auto ours = seegrad_epochs(p, adam), theirs = torch_epochs(p, adam);
    const auto title = adam ? "fit with Adam 1e-3" : "fit with SGD 0.1";
    if (theirs.seconds_an_epoch > 0)
      fmt::print("{:<46} {:>10.3f} {:>10.3f} {:>6.2f}  {:.4f} {:.4f}\n", title, ours.seconds_an_epoch, theirs.seconds_an_epoch,
                 ours.seconds_an_epoch / theirs.seconds_an_epoch, ours.accuracy, theirs.accuracy);
    else fmt::print("{:<46} {:>10.3f} {:>10} {:>6}  {:.4f}\n", title, ours.seconds_an_epoch, "-", "-", ours.accuracy);
    std::fflush(stdout);
  }
}

}  // namespace bench
