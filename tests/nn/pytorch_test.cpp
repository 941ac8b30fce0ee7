// PyTorch's files: those in pytorch/, which PyTorch wrote (pytorch/make.py), and what is made of them in bad faith.

#include <autodiff/array/create.hpp>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/array/zip.hpp>
#include <doctest/doctest.h>
#include <limits>
#include <nn/layer/linear.hpp>
#include <nn/save/pytorch.hpp>
#include <nn/save/save.hpp>
#include <random>
#include <sstream>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../numpy_program.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

using namespace std::string_literals;

auto word(const std::string& s) -> std::string { return "X"s + static_cast<char>(s.size()) + "\0\0\0"s + s; }

const auto files = fs::path(NPY_ORACLE).parent_path() / "pytorch";

auto is(const nn::state_map& all, const std::string& name, const array& expected) -> bool {
  const auto at = all.find(name);
  return at != all.end() && at->second.shape() == expected.shape() && at->second.type() == expected.type() &&
         detail::same_bits(at->second.contiguous(), expected.contiguous());
}

auto parse(const std::string& bytes, const std::string& under = {}) -> nn::state_map {
  std::istringstream in(bytes);
  return nn::load_pytorch(in, {.under = under});
}
auto refusal(const std::string& bytes) -> std::string {
  return message_of([&] { parse(bytes); });
}

// An archive with this pickle and a storage of eight bytes.
auto archive_of(const std::string& pickle) -> std::string {
  std::ostringstream out;
  seegrad::detail::zip::writer archive(out);
  archive.add("a/data.pkl", {pickle}, false);
  archive.add("a/data/0", {std::string_view("\0\0\x80\x3f\0\0\0\x40", 8)}, false);
  archive.finish();
  return out.str();
}

}  // namespace

TEST_CASE("a layer's numbers, in both formats, into a layer of ours") {
  for (const auto* name : {"linear.pt", "linear_old.pth"}) {
    CAPTURE(name);
    const auto all = nn::load_pytorch(files / name);
    CHECK(all.size() == 2);
    CHECK(is(all, "weight", array{{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}}.cast(float32)));
    CHECK(is(all, "bias", array{-1.0, 0.5, 0.25}.cast(float32)));
    nn::linear layer(2, 3);
    nn::load(layer, files / name);
    CHECK(detail::same_bits(layer.weight.value().contiguous(), all.at("weight").contiguous()));
  }
}

TEST_CASE("tensors of all types, views and parameters, within lists and dictionaries") {
  array base = arange(12.0).view({3, 4}, seegrad::detail::row_major({3, 4})).copy();
  for (const auto* name : {"checkpoint.pt", "checkpoint_old.pth"}) {
    CAPTURE(name);
    const auto all = nn::load_pytorch(files / name);
    CHECK(is(all, "kinds.whole", base));
    CHECK(is(all, "kinds.turned", base.view({4, 3}, {1, 4})));
    CHECK(is(all, "kinds.row", array{4.0, 5.0, 6.0, 7.0}));
    CHECK(is(all, "kinds.steps", array{{0.0, 2.0}, {4.0, 6.0}, {8.0, 10.0}}));
    CHECK(is(all, "kinds.half", array{0.5, -2.0}.cast(float32)));
    CHECK(is(all, "kinds.brain", array{1.5, 3.0}.cast(float32)));
    CHECK(is(all, "kinds.long", array{1, -2}.cast(int64)));
    CHECK(is(all, "kinds.int", array{7}.cast(int64)));
    CHECK(is(all, "kinds.short", array{-300}.cast(int64)));
    CHECK(is(all, "kinds.char", array{-5}.cast(int64)));
    CHECK(is(all, "kinds.byte", array{250}.cast(int64)));
    CHECK(is(all, "kinds.truth", array{true, false}));
    CHECK(is(all, "kinds.number", array(2.5).cast(float32)));
    CHECK(is(all, "kinds.empty", zeros({0, 3}, float32)));
    CHECK(is(all, "kinds.repeated", array{{1.0, 1.0, 1.0}, {2.0, 2.0, 2.0}}.cast(float32)));
    CHECK(is(all, "kinds.parameter", array{9.0}.cast(float32)));
    CHECK(is(all, "list.0", array{1.0}.cast(float32)));
    CHECK(is(all, "list.1.0", array{2.0}.cast(float32)));
    CHECK(is(all, "model.bias", array{-1.0, 0.5, 0.25}.cast(float32)));
    // Adam's first step: the mean of the gradients is a tenth of the only one, which is 1 for a bias.
    CHECK(all.at("optimizer.state.1.exp_avg").at(0) == doctest::Approx(0.1));
  }
}

TEST_CASE("one dictionary of several") {
  const auto model = nn::load_pytorch(files / "checkpoint.pt", {.under = "model"});
  CHECK(model.size() == 1);
  CHECK(model.contains("bias"));
  CHECK(nn::load_pytorch(files / "checkpoint.pt", {.under = "optimizer/state"}).size() == 6);
  CHECK(message_of([] {
          nn::load_pytorch(files / "checkpoint.pt", {.under = "ema"});
        }).find("there is nothing under 'ema'; it holds 'model', 'optimizer'") != std::string::npos);
  CHECK(message_of([] { nn::load_pytorch(files / "checkpoint.pt", {.under = "epoch"}); }).find("no tensors") !=
        std::string::npos);
}

TEST_CASE("what is no dictionary of tensors is refused by what it is") {
  const auto of = [](const char* file) { return message_of([&] { nn::load_pytorch(files / file); }); };
  CHECK(of("model.pt").find("an object of class torch.nn.modules.linear.Linear") != std::string::npos);
  CHECK(of("make.py").find("no file of torch.save's") != std::string::npos);
  CHECK(of("nowhere.pt").find("nowhere.pt") != std::string::npos);
  CHECK(refusal("").find("no file of torch.save's") != std::string::npos);
  CHECK(refusal("PK").find("no zip archive") != std::string::npos);
  CHECK(refusal("\x80\x02K\x01.").find("none of torch.save's") != std::string::npos);
}

TEST_CASE("nothing that a pickle names is called") {
  // os.system('true') beside a tensor, and in the place of the dictionary.
  const auto described = "ctorch._utils\n_rebuild_tensor_v2\n(("s + word("storage") + "ctorch\nFloatStorage\n"s + word("0") +
                         word("cpu") + "K\2tQK\0K\2\x85K\1\x85\x89NtR"s;
  const auto called = "cos\nsystem\n"s + word("true") + "\x85R"s;
  const auto all = parse(archive_of("\x80\2}("s + word("bad") + called + word("good") + described + "u."s));
  CHECK(all.size() == 1);
  CHECK(is(all, "good", array{1.0, 2.0}.cast(float32)));
  CHECK(refusal(archive_of("\x80\2"s + called + "."s)).find("an object of class os.system") != std::string::npos);
}

TEST_CASE("tensors that cannot be") {
  const auto with = [&](const std::string& storage, const std::string& key, const std::string& rest) {
    return refusal(archive_of("\x80\2}"s + word("x") + "ctorch._utils\n_rebuild_tensor_v2\n(("s + word("storage") + "ctorch\n"s +
                              storage + "\n"s + word(key) + word("cpu") + "K\2tQ"s + rest + "\x89NtRs."s));
  };
  CHECK(with("FloatStorage", "0", "K\0K\3\x85K\1\x85"s).find("'x': it reaches to element 3 of a storage of 2") !=
        std::string::npos);
  CHECK(with("FloatStorage", "0", "K\1K\2\x85K\1\x85"s).find("element 3 of a storage of 2") != std::string::npos);
  CHECK(with("FloatStorage", "0", "J\xff\xff\xff\xffK\2\x85K\1\x85"s).find("the offset of a tensor is -1") != std::string::npos);
  CHECK(with("FloatStorage", "0", "K\0K\2\x85J\xff\xff\xff\xff\x85"s).find("the strides of a tensor is -1") != std::string::npos);
  CHECK(with("FloatStorage", "0", "K\0K\2\x85)"s).find("differ in length") != std::string::npos);
  CHECK(with("FloatStorage", "0", "K\0\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85K\0\x85"s).find("more elements than memory") !=
        std::string::npos);
  CHECK(with("FloatStorage", "1", "K\0K\2\x85K\1\x85"s).find("its storage is missing") != std::string::npos);
  CHECK(with("ComplexFloatStorage", "0", "K\0K\2\x85K\1\x85"s).find("elements of torch.ComplexFloatStorage are not read") !=
        std::string::npos);
}

TEST_CASE("what is written is read again, by us and by PyTorch") {
  const scratch_folder here;
  const auto inf = std::numeric_limits<double>::infinity();
  const nn::state_map all{
      {"a.weight", (arange(6.0) / 4.0).cast(float32).view({2, 3}, {3, 1})},
      {"a.bias", array{0.1, -1e300, inf}},
      {"turned", arange(6.0).view({2, 3}, {1, 2})},
      {"labels", array{{std::numeric_limits<std::int64_t>::min()}, {std::numeric_limits<std::int64_t>::max()}}},
      {"mask", array{true, false, true}},
      {"number", full({}, 2.5)},
      {"none", zeros({0, 3}, float32)},
      {"grüße", array{1.0}}};
  nn::save(all, here / "ours.pt");
  nn::save(nn::state_map{}, here / "empty.pt");
  const auto back = nn::load(here / "ours.pt");
  CHECK(back.size() == all.size());
  for (const auto& entry : all) CHECK_MESSAGE(is(back, entry.first, entry.second), entry.first);
  CHECK(message_of([&] {
          nn::save(nn::state_map{{"\xff", array(1.0)}}, here / "ours.pt");
        }).find("is not UTF-8") != std::string::npos);
  if (!lacks_numpy()) CHECK(oracle("read", here.path));
}

TEST_CASE("files that are cut off or changed give errors and nothing else") {
  for (const auto* name : {"linear.pt", "linear_old.pth", "checkpoint.pt", "checkpoint_old.pth"}) {
    const auto good = bytes_of(files / name);
    for (std::size_t n = 0; n < good.size(); n += 7) CHECK_THROWS_AS(parse(good.substr(0, n)), error);
    std::mt19937 dice(5);
    for (int turn = 0; turn < 3000; ++turn) {
      auto bad = good;
      for (auto k = dice() % 4 + 1; k > 0; --k) bad[dice() % bad.size()] = static_cast<char>(dice());
      try {
        parse(bad);
      } catch (const error&) {}
    }
  }
}
