#pragma once
// Pictures sorted into a folder for each class, read when a batch asks for them.
//
//   nn::image_folder flowers("flowers", {.height = 64, .width = 64});      // flowers/daisy/1.png, flowers/rose/a.ppm, …
//   flowers.classes();                                                     // {"daisy", "rose"}
//   nn::fit(model, flowers, {.prefetch = 2});                              // a thread reads ahead
//   auto [x, y] = nn::data_source(flowers).range(0, 10);                   // [10x3x64x64] float32, 0 … 1, and [10] int64
//
// As torchvision's ImageFolder: the folders' names, sorted, are the classes, and their places the labels; below them all pictures count,
// also those in folders further down, sorted by folder and name. Links to folders are followed for classes alone.

#include <filesystem>
#include <nn/data/data_source.hpp>
#include <nn/data/image/image.hpp>
#include <string>
#include <vector>

namespace seegrad::nn {

struct image_folder_options {
  index_t channels = 3;  ///< what image_options::channels says
  /// All pictures are resized to these (nn::resize_bilinear). Both 0: all have the size of the first, or it is an error.
  index_t height = 0, width = 0;
  std::int64_t most_pixels = image_options{}.most_pixels;  ///< a larger picture is an error
};

class image_folder : public sample_source {
 public:
  /// Looks for the files (.png .ppm .pgm .pbm .pnm, in small or large letters) and reads the first. Throws for a folder that cannot be
  /// read or has no folders in it, and for a class without a picture.
  explicit image_folder(const std::filesystem::path& folder, const image_folder_options& how = {});

  /// The names of its folders, by label.
  auto classes() const -> const std::vector<std::string>& { return classes_; }
  /// Where a sample is.
  auto file(index_t sample) const -> const std::filesystem::path&;
  /// Of which class it is.
  auto label(index_t sample) const -> index_t;
  /// How many pictures there are in all.
  auto size() const -> index_t override { return static_cast<index_t>(files_.size()); }
  /// Pictures [k, channels, height, width], float32, and labels [k], int64. Throws for a file that cannot be read or has another size.
  auto batch(std::span<const std::int64_t> numbers) const -> dataset override;

 private:
  auto load(std::size_t sample) const -> array;

  image_folder_options how_;
  dims shape_;  // of each picture
  std::vector<std::string> classes_;
  std::vector<std::filesystem::path> files_;
  std::vector<std::int64_t> labels_;
};

}  // namespace seegrad::nn
