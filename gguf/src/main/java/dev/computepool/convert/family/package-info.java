/// Families of models: how each names, orders and rearranges its tensors, and which metadata it
/// has.
///
/// One class a family, one row of {@link Families} for each architecture that `config.json` can
/// name.
package dev.computepool.convert.family;
