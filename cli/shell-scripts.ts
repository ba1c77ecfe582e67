/**
 * The scripts that ask `signalbox complete` at each press of Tab, which answers with a line a candidate: the word, a tab,
 * and what it is; `:files` stands for the names of files. They never evaluate what is typed or what is answered.
 *
 * `%{` stands for a dollar sign and a brace, which a template would take for its own.
 */

const BASH = String.raw`
# bash completion for signalbox. In ~/.bashrc: source <(signalbox completion bash)
_signalbox() {
  local line="%{COMP_LINE:0:COMP_POINT}" part="%{COMP_WORDS[COMP_CWORD]}" value about file
  # bash breaks words at "=" and ":", the program does not: what stands before such a break stays as it is.
  [[ $part == [=:] ]] && part=""
  local word="%{line##*[[:space:]]}"
  local kept="%{word%"$part"}"
  COMPREPLY=()
  while IFS=$'\t' read -r value about; do
    if [[ $value == ":files" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$part")
    else
      COMPREPLY+=("$(printf '%q' "%{value#"$kept"}")")
    fi
  done < <(signalbox complete --line "$line" 2>/dev/null)
}
complete -F _signalbox signalbox
`;

const ZSH = String.raw`
#compdef signalbox
# zsh completion for signalbox. In ~/.zshrc, after compinit: source <(signalbox completion zsh)
_signalbox() {
  local line value about
  local -a described
  local -i files=0
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then
      files=1
    else
      value="%{line%%$'\t'*}"
      about="%{line#*$'\t'}"
      described+=("%{value//:/\\:}%{about:+:$about}")
    fi
  done < <(signalbox complete -- "%{(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( %{#described} )) && _describe signalbox described
  if (( files )); then
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
  fi
}
if [[ $funcstack[1] == _signalbox ]]; then
  _signalbox "$@"
else
  compdef _signalbox signalbox
fi
`;

const FISH = String.raw`
# fish completion for signalbox. Once: signalbox completion fish > ~/.config/fish/completions/signalbox.fish
function __signalbox_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (signalbox complete -- $words "$current" 2>/dev/null)
        if test "$line" = ":files"
            set -l option (string match -r -- '^--[^=]+=' "$current")
            for file in (__fish_complete_path (string replace -- "$option" '' "$current"))
                printf '%s%s\n' "$option" "$file"
            end
        else
            printf '%s\n' "$line"
        end
    end
end
complete -c signalbox -f -a '(__signalbox_complete)'
`;

export const SHELL_SCRIPTS = { bash: toScript(BASH), zsh: toScript(ZSH), fish: toScript(FISH) };

export type Shell = keyof typeof SHELL_SCRIPTS;

function toScript(template: string): string {
  return template.trimStart().replaceAll("%{", "${");
}
