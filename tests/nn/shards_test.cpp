// Data that stays on the disk, in one file or in several, trains a model as the same data in memory, to the same bits.

#include <autodiff/array/npy.hpp>
#include <autodiff/array/npz.hpp>
#include <doctest/doctest.h>
#include <fstream>
#include <nn/data/mapped_data.hpp>
#include <nn/data/shards.hpp>
#include <nn/save/safetensors.hpp>
#include <nn/save/shard_files.hpp>
#include <set>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../sanitizer.hpp"
#include "../scratch_folder.hpp"
#include "fit_support.hpp"
#include "numbered_data.hpp"

namespace {

auto one_pass(nn::data_loader& loader) -> passes {
  passes all;
  for (const auto& batch : loader) all.push_back(batch);
  return all;
}

/// What stands before the elements of an .npy file.
auto npy_head(const std::string& type, const std::string& shape) -> std::string {
  const auto text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + "}";
  return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(text.size()) + '\0' + text;
}

/// Kilobytes of memory of the program's own, without pages of files.
auto own_memory() -> long {
  std::ifstream in("/proc/self/status");
  std::string word;
  while (in >> word)
    if (word == "RssAnon:") {
      long n = 0;
      in >> n;
      return n;
    }
  return -1;
}

}  // namespace

TEST_CASE("mapped files train a model to the bits of the arrays in memory") {
  const scratch_folder f;
  const auto data = moons();
  save_npy(f / "x.npy", data.inputs), save_npy(f / "y.npy", data.targets);
  auto how = quiet(3);
  auto expected = new_net();
  const auto in_memory = nn::fit(expected, data, how);
  for (const auto access : {file_access::automatic, file_access::read})
    for (const int prefetch : {0, 2}) {
      auto model = new_net();
      how.prefetch = prefetch;
      const nn::mapped_data mapped(f / "x.npy", f / "y.npy", {.access = access});
      how.validation = mapped;
      const auto result = nn::fit(model, mapped, how);
      CHECK(identical(model.hidden.weight.value(), expected.hidden.weight.value()));
      CHECK(identical(model.output.weight.value(), expected.output.weight.value()));
      CHECK(result.history["loss"] == in_memory.history["loss"]);
    }
}

TEST_CASE("bytes become numbers between 0 and 1") {
  const scratch_folder f;
  fill(f / "x.npy", npy_head("|u1", "(2, 2)") + std::string("\0\x33\x66\xff", 4));
  save_npy(f / "y.npy", array{7, 8});
  const auto batch =
      nn::data_source(nn::mapped_data(f / "x.npy", f / "y.npy", {.inputs_as = float32, .divisor = 255})).range(0, 2);
  CHECK(identical(batch.inputs, array({{0.0, 0.2}, {0.4, 1.0}}, float32)));
  CHECK(identical(batch.targets, array{7, 8}));
  const auto plain = nn::data_source(nn::mapped_data(f / "x.npy", f / "y.npy", {.targets_as = float64})).range(1, 2);
  CHECK(identical(plain.inputs, array{{102, 255}}));
  CHECK(identical(plain.targets, array{8.0}));
  const auto said = [&](nn::mapped_options how) { return message_of([&] { nn::mapped_data(f / "x.npy", f / "y.npy", how); }); };
  check_contains(said({.divisor = 255}), "needs .inputs_as = float32 or float64");
  check_contains(said({.inputs_as = float32, .divisor = 0}), "cannot be divided by 0");
  save_npy(f / "y.npy", array{7, 8, 9});
  check_contains(said({}), "has 2 rows and");
}

TEST_CASE("training from a large file takes the memory of some batches") {
  if (own_memory() < 0) return;
  const scratch_folder f;
  constexpr index_t rows = 1 << 17, width = 256;  // 128 MiB, which a file without blocks in it does not take
  const auto head = npy_head("<f4", "(131072, 256)");
  fill(f / "x.npy", head);
  std::filesystem::resize_file(f / "x.npy", head.size() + static_cast<std::size_t>(rows * width) * 4);
  save_npy(f / "y.npy", zeros({rows}, int64));
  struct wide {
    nn::linear layer{256, 2};
    auto operator()(const tensor& x) const -> tensor { return layer(x); }
  } model;
  const nn::mapped_data mapped(f / "x.npy", f / "y.npy");
  CHECK(mapped.size() == rows);
  auto how = quiet(1);
  how.batch_size = 256;
  const auto before = own_memory();
  nn::fit(model, mapped, how);
  const bool kept_back = is_sanitized;  // sanitizers keep what was given back
  CHECK((kept_back || own_memory() - before < 32 * 1024));
}

TEST_CASE("parts one after the other are the whole") {
  const auto d = numbered(23);
  const nn::shards parts({nn::subset(d, 0, 7), nn::subset(d, 7, 7), nn::subset(d, 7, 20), nn::subset(d, 20, 23)});
  CHECK(parts.size() == 23);
  nn::data_loader whole(d, {.batch_size = 5, .shuffle = false}), in_parts(parts, {.batch_size = 5, .shuffle = false});
  const auto a = one_pass(whole), b = one_pass(in_parts);
  REQUIRE(a.size() == b.size());
  for (std::size_t k = 0; k < a.size(); ++k) {
    CHECK(identical(a[k].inputs, b[k].inputs));
    CHECK(identical(a[k].targets, b[k].targets));
  }
  const std::vector<std::int64_t> mixed{22, 0, 7, 6, 22, 19};
  CHECK(order_of({parts.batch(mixed)}) == mixed);
  CHECK(belong_together(parts.batch(mixed)));
  CHECK(parts.batch({}).inputs.shape() == dims{0, 2});
}

TEST_CASE("a shuffled pass has every sample once, part by part, by the seed alone") {
  const auto d = numbered(60);
  const auto parts = [&] { return nn::shards({nn::subset(d, 0, 20), nn::subset(d, 20, 40), nn::subset(d, 40, 60)}); };
  std::set<std::vector<std::int64_t>> different;
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    nn::data_loader loader(parts(), {.batch_size = 7, .seed = seed}),
        again(parts(), {.batch_size = 7, .seed = seed, .prefetch = 2});
    for (int epoch = 0; epoch < 3; ++epoch) {
      const auto order = order_of(one_pass(loader));
      CHECK(order == order_of(one_pass(again)));
      CHECK(sorted(order) == counted(60));
      different.insert(order);
      for (std::size_t begin = 0; begin < 60; begin += 20)
        for (std::size_t i = begin; i < begin + 20; ++i) CHECK(order[i] / 20 == order[begin] / 20);
      CHECK_FALSE(std::is_sorted(order.begin(), order.begin() + 20));
    }
  }
  CHECK(different.size() == 12);
}

TEST_CASE("archives are parts, and train a model to the bits of the data in memory in the same order") {
  const scratch_folder f;
  const auto data = moons();
  const auto put = [&](index_t from, index_t to) {
    const auto part = nn::subset(data, from, to);
    return std::map<std::string, array>{{"x", part.inputs}, {"y", part.targets}, {"other", zeros({3})}};
  };
  save_npz(f / "0.npz", put(0, 100));
  save_npz(f / "1.npz", put(100, 110), packing::deflated);
  nn::save_safetensors(f / "2.safetensors", put(110, data.size()));
  const auto files = nn::shard_files({f / "0.npz", f / "1.npz", f / "2.safetensors"}, {.inputs = "x", .targets = "y"});
  CHECK(files.size() == data.size());
  const nn::shards in_memory({nn::subset(data, 0, 100), nn::subset(data, 100, 110), nn::subset(data, 110, data.size())});
  auto a = new_net(), b = new_net();
  nn::fit(a, in_memory, quiet(3));
  auto how = quiet(3);
  how.prefetch = 1, how.validation = files;
  nn::fit(b, files, how);
  CHECK(identical(a.hidden.weight.value(), b.hidden.weight.value()));
  auto plain = new_net(), ordered = new_net();
  how.shuffle = false, how.validation = std::nullopt;
  nn::fit(plain, data, how), nn::fit(ordered, files, how);
  CHECK(identical(plain.hidden.weight.value(), ordered.hidden.weight.value()));
}

TEST_CASE("what is wrong with parts is said") {
  const scratch_folder f;
  const auto d = numbered(4);
  CHECK_THROWS_AS(nn::shards({}), error);
  const nn::shards unlike({d, nn::dataset{zeros({2, 3}), zeros({2}, int64)}});
  check_contains(message_of([&] {
                   unlike.batch(std::vector<std::int64_t>{0, 5});
                 }),
                 "shards: inputs of part 1 are float64 of shape [3] each, and those of another part float64 of [2]");
  CHECK_THROWS_AS(nn::shards({d, nn::dataset{d.inputs, zeros({4})}}).batch(std::vector<std::int64_t>{0, 5}), error);

  const auto said = [&](const std::vector<std::filesystem::path>& files) { return message_of([&] { nn::shard_files(files); }); };
  check_contains(said({}), "the list of files is empty");
  check_contains(said({f / "x.npy"}), "is neither .npz nor .safetensors");
  check_contains(said({f / "none.npz"}), "No such file");
  save_npz(f / "a.npz", {{"inputs", zeros({3, 2})}, {"labels", zeros({3})}});
  check_contains(said({f / "a.npz"}), "has no array 'targets'; it has inputs, labels");
  save_npz(f / "a.npz", {{"inputs", zeros({3, 2})}, {"targets", zeros({2})}});
  check_contains(said({f / "a.npz"}), "[3x2] inputs and [2] targets");
  save_npz(f / "a.npz", {{"inputs", zeros({3, 2})}, {"targets", zeros({3})}});
  const auto bytes = bytes_of(f / "a.npz");
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    fill(f / "b.npz", bytes.substr(0, n));
    CHECK(said({f / "b.npz"}).starts_with("npz_shapes: '"));
  }
  const auto files = nn::shard_files({f / "a.npz"});
  save_npz(f / "a.npz", {{"inputs", zeros({2, 2})}, {"targets", zeros({2})}});
  check_contains(message_of([&] { files.batch(std::vector<std::int64_t>{0}); }), "had 3 samples, and has 2 now");
}
