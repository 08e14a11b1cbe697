/** A load curve at its low, and the work that fits in. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="#2f46a5" />
      <path
        d="M0 9.5c3.6 0 4.6 5 10 5s6.400-5 10-5V15a5 5 0 0 1-5 5H5a5 5 0 0 1-5-5Z"
        fill="#8ba8fd"
      />
      <circle cx="10" cy="7.600" r="2.800" fill="#fff" />
    </svg>
  );
}
