/** The scripts that make a shell ask `migrator __complete` at each Tab. It answers a line each: a word, a tab, what it means. */

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** Without an answer each shell completes names of files as ever. */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for migrator: source <(migrator completion bash)
_migrator() {
  local word about
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(migrator __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o bashdefault -F _migrator migrator`,
  zsh: `#compdef migrator
# zsh completion for migrator: source <(migrator completion zsh), behind compinit
_migrator() {
  local word about
  local -a found
  while IFS=$'\\t' read -r word about; do
    found+=("\${word//:/\\\\:}\${about:+:$about}")
  done < <(migrator __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe 'migrator' found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _migrator ]]; then
  _migrator "$@"
else
  compdef _migrator migrator
fi`,
  fish: `# fish completion for migrator: migrator completion fish > ~/.config/fish/completions/migrator.fish
function __migrator_complete
  set -l given (commandline -opc)
  set -l found (migrator __complete $given[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c migrator -f -a '(__migrator_complete)'`,
};
