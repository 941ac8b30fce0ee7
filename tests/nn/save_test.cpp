// The numbers of models by name, in files and back; generators and frozen flags with them.

#include <autodiff/array/npz.hpp>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <nn/save/safetensors.hpp>
#include <nn/save/save.hpp>

#include "../message.hpp"
#include "../numpy_program.hpp"

using namespace seegrad;

namespace {

struct affine {
  nn::parameter weight, bias;
  affine(index_t in, index_t out, double first)
      : weight(arange(first, first + static_cast<double>(in * out))), bias(zeros({out})) {
    weight = reshape(weight.value(), {in, out});
  }
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("weight", self.weight), see("bias", self.bias);
  }
};
struct noisy {
  generator random{1};
  nn::buffer mean{array{0.5, 0.25}}, count{full({}, 3, int64)};
  nn::mode mode;
};
struct twice {
  nn::parameter a{array{1.0}}, b{array{2.0}};
  template <class Self>
  static auto fields(Self& self, auto&& see) -> void {
    see("a", self.a), see("a", self.b);
  }
};
struct model {
  affine first{2, 3, 1};
  std::vector<affine> rest = std::vector<affine>(2, affine(3, 1, 10));
  noisy noise;
  nn::parameter scale{array(2.0)}, absent;
  std::string title = "m";
};

auto keys(const nn::state_map& m) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (const auto& [name, x] : m) names.push_back(name);
  return names;
}
auto equal(const nn::state_map& a, const nn::state_map& b) -> bool {
  if (keys(a) != keys(b)) return false;
  for (const auto& [name, x] : a)
    if (!identical(x, b.at(name))) return false;
  return true;
}
/// Other numbers everywhere.
auto other() -> model {
  model m;
  m.first = affine(2, 3, -7);
  m.rest[1] = affine(3, 1, 100);
  m.noise.random = generator(99);
  m.noise.mean.value = array{7.0, 8.0};
  m.noise.count.value = full({}, 30, int64);
  m.scale = array(-1.0);
  return m;
}

}  // namespace

TEST_CASE("names and numbers are those of parameters and buffers") {
  const model m;
  const auto state = nn::state_dict(m);
  CHECK(keys(state) == std::vector<std::string>{"first.bias", "first.weight", "noise.count", "noise.mean", "rest.0.bias",
                                                "rest.0.weight", "rest.1.bias", "rest.1.weight", "scale"});
  CHECK(identical(state.at("first.weight"), array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}));
  CHECK(identical(state.at("noise.mean"), array{0.5, 0.25}));
  CHECK(state.at("noise.count").item() == 3);

  model n = other();
  CHECK_FALSE(equal(nn::state_dict(n), state));
  const auto differ = nn::load_state_dict(n, state);
  CHECK(differ.missing_keys.empty());
  CHECK(differ.unexpected_keys.empty());
  CHECK(equal(nn::state_dict(n), state));
  CHECK(n.noise.random.save() == generator(99).save());  // not part of it
}

TEST_CASE("what was saved does not follow the model, nor the model what was loaded") {
  model m, n;
  auto state = nn::state_dict(m);
  m.first.weight = zeros({2, 3});
  m.noise.mean.value.set(9.0, 0);
  CHECK(state.at("first.weight").at(0, 0) == 1);
  CHECK(state.at("noise.mean").at(0) == 0.5);
  double mine[] = {1, 2};
  state["noise.mean"] = array::borrow(mine, {2});
  nn::load_state_dict(n, state);
  mine[0] = 77;
  state.at("first.weight").set(55.0, 0, 0);
  CHECK(n.noise.mean.value.at(0) == 1);
  CHECK(n.first.weight.value().at(0, 0) == 1);
}

TEST_CASE("everything that does not fit is said at once, and nothing is loaded") {
  model m = other();
  const auto before = nn::state_dict(m);
  const auto whole = nn::state_dict(model());
  const auto refused = [&](const nn::state_map& state, const nn::load_options& options = {}) {
    const auto said = message_of([&] { nn::load_state_dict(m, state, options); });
    CHECK(said.starts_with("load_state_dict: "));
    CHECK(said.ends_with("; nothing was loaded"));
    CHECK(equal(nn::state_dict(m), before));
    return said;
  };
  auto state = whole;
  state.erase("rest.1.bias");
  CHECK(contains(refused(state), "'rest.1.bias' is missing: the model has float64 [1]"));
  state = whole;
  state["extra"] = zeros({4}, float32);
  CHECK(contains(refused(state), "'extra' is unexpected: float32 [4]"));
  state["scale"] = array{1.0};
  state["first.weight"] = zeros({3, 2}, float32);
  state.erase("noise.mean");
  const auto said = refused(state);
  for (const std::string part : {"'scale' is float64 [1] and the model has float64 []", "'extra' is unexpected",
                                 "'first.weight' is float32 [3x2] and the model has float64 [2x3]", "'noise.mean' is missing"})
    CHECK_MESSAGE(contains(said, part), said);
  state = whole;
  state["first.bias"] = zeros({3}, int64);
  CHECK(contains(refused(state), "'first.bias' is int64 [3] and the model has float64 [3]"));
  CHECK(contains(refused(state, {.strict = false}), "'first.bias' is int64 [3]"));
  state = whole;
  state["noise.count"] = array(3.0);
  CHECK(contains(refused(state), "'noise.count' is float64 [] and the model has int64 []"));
  state = whole;
  for (int i = 0; i < 20; ++i) state["extra" + std::to_string(i)] = array{1.0};
  CHECK(contains(refused(state), "; and 12 more; nothing was loaded"));
}

TEST_CASE("loosely, what has the same name is loaded, and the rest is told") {
  model m = other();
  auto state = nn::state_dict(model());
  state.erase("first.bias");
  state.erase("scale");
  state["later"] = array{1.0};
  const auto differ = nn::load_state_dict(m, state, {.strict = false});
  CHECK(differ.missing_keys == std::vector<std::string>{"first.bias", "scale"});
  CHECK(differ.unexpected_keys == std::vector<std::string>{"later"});
  CHECK(m.first.weight.value().at(0, 0) == 1);
  CHECK(m.scale.value().item() == -1);
}

TEST_CASE("numbers take the model's type, and a number stays one") {
  model wide = other(), narrow;
  nn::to(narrow, float32);
  auto state = nn::state_dict(model());
  state["noise.mean"] = array{0.1, 0.2};
  nn::load_state_dict(narrow, state);
  CHECK(narrow.noise.mean.value.type() == float32);
  CHECK(narrow.noise.mean.value.at(0) == static_cast<double>(0.1F));
  CHECK(narrow.first.weight.type() == float32);
  CHECK(narrow.scale.type() == float32);
  nn::load_state_dict(wide, nn::state_dict(narrow));
  CHECK(wide.noise.mean.value.type() == float64);
  CHECK(wide.noise.mean.value.at(0) == static_cast<double>(0.1F));
  // A parameter made from a number takes the type of what it meets, after loading as before.
  CHECK(wide.scale.value().is_number());
  CHECK((wide.scale() * array({1.0}, float32)).type() == float32);
  state["first.bias"] = array{1.0, 2.0, 3.0};
  nn::parameter one(array{1.0});
  nn::load_state_dict(one, {{"", array{5.0}}});
  CHECK(one.value().item() == 5);
}

TEST_CASE("a list that names two tensors alike is found out") {
  twice m;
  CHECK(contains(message_of([&] { nn::state_dict(m); }), "state_dict: two tensors of the model are called 'a'"));
  CHECK(contains(message_of([&] { nn::load_state_dict(m, {}, {.strict = false}); }), "load_state_dict: two tensors"));
}

TEST_CASE("training goes on where it was: generators to the bit, and what is frozen") {
  model m;
  m.noise.random = generator(generator::state{~std::uint64_t{0}, std::uint64_t{1} << 63, 12345});
  m.first.bias.trainable = false;
  const auto state = nn::training_state(m);
  CHECK(
      identical(state.at("noise.random"), array(std::vector<std::int64_t>{-1, std::numeric_limits<std::int64_t>::min(), 12345})));
  CHECK(state.at("first.bias.trainable").item() == 0);
  CHECK(state.at("first.weight.trainable").item() == 1);
  CHECK(state.at("first.weight.trainable").type() == boolean);
  CHECK_FALSE(state.contains("absent.trainable"));

  scratch_folder here;
  for (const std::string name : {"checkpoint.safetensors", "checkpoint.npz"}) {
    CAPTURE(name);
    nn::save(state, here / name);
    model n = other();
    n.rest[0].weight.trainable = false;
    nn::load_training_state(n, nn::load(here / name));
    CHECK(equal(nn::training_state(n), state));
    CHECK_FALSE(n.first.bias.trainable);
    CHECK(n.rest[0].weight.trainable);
    auto again = m.noise.random;
    CHECK(identical(randn(n.noise.random, {5}), randn(again, {5})));
  }
  model n = other();
  CHECK(contains(message_of([&] { nn::load_training_state(n, nn::state_dict(m)); }),
                 "'noise.random' is missing: the model has int64 [3]"));
  CHECK(nn::load_training_state(n, nn::state_dict(m), {.strict = false}).missing_keys.size() == 8);
  CHECK(contains(message_of([&] { nn::to_generator(array{1.0, 2.0, 3.0}); }), "to_generator: float64 [3]"));
  CHECK(nn::to_generator(nn::to_array(m.noise.random)).save() == m.noise.random.save());
}

TEST_CASE("models in files, by the suffix of the name") {
  scratch_folder here;
  const model m = other();
  for (const std::string name : {"m.safetensors", "m.npz"}) {
    CAPTURE(name);
    nn::save(m, here / name);
    model n;
    nn::load(n, here / name);
    CHECK(equal(nn::state_dict(n), nn::state_dict(m)));
    affine wrong(2, 3, 0);
    const auto said = message_of([&] { nn::load(wrong, here / name); });
    CHECK_MESSAGE(contains(said, name + "': load_state_dict: 'weight' is missing: the model has float64 [2x3]"), said);
    CHECK(wrong.weight.value().at(0, 0) == 0);
    CHECK(nn::load(wrong, here / name, {.strict = false}).missing_keys.size() == 2);
  }
  CHECK(identical(nn::load_safetensors(here / "m.safetensors").at("noise.mean"), load_npz(here / "m.npz").at("noise.mean")));
  CHECK(
      contains(message_of([&] { nn::save(m, here / "m.bin"); }), "m.bin': the name must end in .safetensors, .npz, .pt or .pth"));
  CHECK(contains(message_of([&] { (void)nn::load(here / "m"); }), "load: '"));
  CHECK_FALSE(std::filesystem::exists(here / "m.bin"));
}
