// A folder of pictures is a dataset: labels by the sorted names of its folders, pictures read as they are asked for.

#include <autodiff/array/create.hpp>
#include <doctest/doctest.h>
#include <fstream>
#include <nn/data/image/image_folder.hpp>
#include <nn/data/image/resize.hpp>
#include <nn/layer/layers.hpp>
#include <nn/train/fit.hpp>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

/// A picture of one level of grey, which tells it from others.
auto put(const fs::path& file, int level, index_t height = 4, index_t width = 6) -> void {
  fs::create_directories(file.parent_path());
  nn::save_image(file, full({1, height, width}, level / 255.0));
}

auto level(const array& batch, index_t i) -> int { return static_cast<int>(std::lround(255 * batch(i, 0, 0, 0))); }

struct flowers : scratch_folder {
  flowers() {
    put(path / "rose/b.pgm", 4);
    put(path / "rose/a.pgm", 3);
    put(path / "rose/old/z.pgm", 5);
    put(path / "daisy/10.pgm", 0);
    put(path / "daisy/9.pgm", 1);
    put(path / "daisy/Z.pgm", 2);
    fill(path / "daisy/notes.txt", "no picture");
    fill(path / "about.txt", "no class");
  }
};

}  // namespace

TEST_CASE("classes, labels and the order of files") {
  const flowers f;
  const nn::image_folder all(f.path, {.channels = 1});
  CHECK(all.classes() == std::vector<std::string>{"daisy", "rose"});
  CHECK(all.size() == 6);
  CHECK(all.file(3) == f.path / "rose/a.pgm");
  CHECK(all.label(2) == 0);
  const auto [x, y] = nn::data_source(all).range(0, 6);
  CHECK(x.shape() == dims{6, 1, 4, 6});
  CHECK(x.type() == float32);
  CHECK(y.to_vector<std::int64_t>() == std::vector<std::int64_t>{0, 0, 0, 1, 1, 1});
  // Names are sorted by their bytes, and folders further down come later.
  for (index_t i = 0; i < 6; ++i) CHECK(level(x, i) == i);
  const auto chosen = all.batch(std::vector<std::int64_t>{5, 0});
  CHECK(level(chosen.inputs, 0) == 5);
  CHECK(chosen.targets.to_vector<std::int64_t>() == std::vector<std::int64_t>{1, 0});
  const auto color = nn::image_folder(f.path).batch(std::vector<std::int64_t>{4});
  CHECK(color.inputs.shape() == dims{1, 3, 4, 6});
  CHECK_THROWS_AS(all.file(6), error);
  CHECK_THROWS_AS(all.label(-1), error);
}

TEST_CASE("pictures of several sizes are resized, or an error") {
  const flowers f;
  generator random(1);
  const auto other = rand(random, {3, 5, 9}, float32);
  nn::save_image(f.path / "rose/c.ppm", other, 16);
  const nn::image_folder as_they_are(f.path, {.channels = 3});
  CHECK(as_they_are.batch(std::vector<std::int64_t>{0, 1}).size() == 2);
  const auto said = message_of([&] { as_they_are.batch(std::vector<std::int64_t>{5}); });
  check_contains(said, "c.ppm' is [3x5x9], and the first picture [3x4x6]; .channels, .height and .width make all alike");
  const auto x = nn::image_folder(f.path, {.height = 3, .width = 7}).batch(std::vector<std::int64_t>{0, 5}).inputs;
  CHECK(x.shape() == dims{2, 3, 3, 7});
  CHECK(identical(x.select(0, 1), nn::resize_bilinear(nn::load_image(f.path / "rose/c.ppm"), 3, 7)));
  // Grey and colours, as the files have them.
  check_contains(
      message_of([&] { nn::image_folder(f.path, {.channels = 0, .height = 3, .width = 3}).batch(std::vector<std::int64_t>{5}); }),
      "is [3x3x3], and the first picture [1x3x3]");
}

TEST_CASE("a network learns from a folder, a batch at a time, to the bits of the same pictures in memory") {
  const scratch_folder f;
  for (int i = 0; i < 40; ++i)
    put(f / ((i % 2 ? "bright/" : "dark/") + std::to_string(i) + ".pgm"), i % 2 ? 200 + i : 10 + i, 4, 4);
  const nn::image_folder folder(f.path, {.channels = 1});
  const auto in_memory = nn::data_source(folder).range(0, folder.size());
  struct net {
    nn::linear layer{16, 2};
    auto operator()(const tensor& x) const -> tensor { return layer(flatten(x, 1)); }
  };
  nn::manual_seed(1);
  net a;
  auto b = a;
  nn::fit_options how{.epochs = 20, .batch_size = 8, .optimiser = nn::adam{{.lr = 0.05}}, .progress = nn::progress_style::none};
  nn::fit(a, in_memory, how);
  how.prefetch = 2, how.validation = folder;
  const auto result = nn::fit(b, folder, how);
  CHECK(identical(a.layer.weight.value(), b.layer.weight.value()));
  CHECK(result.history.last("validation accuracy") == 1);
}

TEST_CASE("what is wrong with a folder is said") {
  const scratch_folder f;
  const auto said = [&](const nn::image_folder_options& how = {}) {
    return message_of([&] { nn::image_folder all(f.path, how); });
  };
  check_contains(said(), "has no folder in it; there is one for each class");
  fs::create_directory(f / "a");
  check_contains(said(), "/a' has no picture in .png, .ppm, .pgm, .pbm or .pnm");
  CHECK_FALSE(contains(said(), "mogrify"));
  fill(f / "a/x.JPG", "");
  check_contains(said(), "mogrify");
  fill(f / "a/x.pgm", "P5 1 1 255\n");
  check_contains(said(), "x.pgm': its pixels need 1 bytes, and 0 are there");
  put(f / "a/x.pgm", 1);
  check_contains(said({.height = 3}), ".height is 3 and .width 0");
  check_contains(said({.most_pixels = 10}), "has more than 10");
  check_contains(message_of([&] { nn::image_folder(f / "none"); }), "No such file");
  check_contains(message_of([&] { nn::image_folder(f / "a/x.pgm"); }), "Not a directory");
  // A file that goes away, or is damaged later, is told by its name.
  const nn::image_folder all(f.path);
  fs::remove(f / "a/x.pgm");
  check_contains(message_of([&] { all.batch(std::vector<std::int64_t>{0}); }), "x.pgm'");
}
