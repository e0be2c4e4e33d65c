/// Datasets as files: whether they are what training needs, and one format as another.
package dev.computepool.train.data;
