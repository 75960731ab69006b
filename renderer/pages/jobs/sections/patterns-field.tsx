// A list of names or patterns: picked from what is there, with its size, or typed.
import { Group, TagsInput, Text, type TagsInputProps } from '@mantine/core';

interface Choice {
  readonly value: string;
  /** As people read it; empty when not known. */
  readonly size: string;
}

interface PatternsFieldProps extends Omit<TagsInputProps, 'data' | 'onDropdownOpen'> {
  readonly choices: readonly Choice[];
  /** A person wants to pick. */
  readonly onOpen?: () => void;
}

export function PatternsField({ choices, onOpen, onFocus, ...props }: PatternsFieldProps) {
  const sizes = new Map(choices.map(({ value, size }) => [value, size]));
  return (
    <TagsInput
      data={choices.map(({ value }) => value)}
      placeholder="Choose or type; * stands for any text"
      splitChars={[',']}
      limit={200}
      maxDropdownHeight={260}
      acceptValueOnBlur
      spellCheck={false}
      onFocus={(event) => {
        onOpen?.();
        onFocus?.(event);
      }}
      renderOption={({ option }) => (
        <Group justify="space-between" wrap="nowrap" w="100%">
          <Text size="sm" className="breakable">
            {option.value}
          </Text>
          <Text size="xs" className="figures" style={{ flexShrink: 0, opacity: 0.75 }}>
            {sizes.get(option.value) ?? ''}
          </Text>
        </Group>
      )}
      {...props}
    />
  );
}
