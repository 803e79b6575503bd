/**
 * The command after `kubectl`, from the path of the file that was started: a link `kubectl-control_plane_ha` is
 * `kubectl control-plane-ha`, as kubectl reads names of plugins (k8s.io/kubectl pkg/cmd/plugin). `ha` for any other file.
 */
export function pluginName(path: string | undefined): string {
  const [, name = "ha"] = /(?:^|[\\/])kubectl-([a-z][a-z0-9_]*)(?:\.exe)?$/.exec(path ?? "") ?? [];
  return name.replaceAll("_", "-");
}

/** A text of this program, written for `kubectl ha`, with the plugin's name in place of `ha`. */
export function underName(text: string, plugin: string): string {
  return plugin === "ha" ? text : text.replaceAll(/\bkubectl ha\b/g, () => `kubectl ${plugin}`);
}
